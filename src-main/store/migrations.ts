/**
 * The history of the database's schema. Numbered, forward only: an entry that has been released is never edited, only followed.
 * A database's own history must be a prefix of this list.
 */

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** Marks a SQLite file as a project of this program ("PHas"). */
export const applicationId = 0x50486173;

export const migrations: readonly Migration[] = [
  {
    number: 1,
    name: 'experiments-tasks-results',
    sql: `
      CREATE TABLE experiments (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        spec TEXT NOT NULL,
        engine TEXT NOT NULL,
        thresholds TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('draft', 'running', 'stopping', 'paused', 'cancelled', 'finished', 'finished-with-failures')),
        created_at TEXT NOT NULL,
        active_ms REAL NOT NULL DEFAULT 0
      ) STRICT;

      -- 'pending' covers waiting, ready and running: which of them follows from what a task reads and from who runs it now.
      CREATE TABLE tasks (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        spec TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'diverged', 'failed', 'cancelled')),
        attempts INTEGER NOT NULL DEFAULT 0,
        error_code TEXT,
        error_message TEXT,
        engine_name TEXT,
        engine_device TEXT,
        engine_dtype TEXT,
        engine_version TEXT,
        duration_ms REAL,
        steps INTEGER,
        finished_at TEXT,
        fence INTEGER
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE task_reads (
        task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        reads_id TEXT NOT NULL REFERENCES tasks (id),
        PRIMARY KEY (task_id, position)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX task_reads_reads ON task_reads (reads_id);

      CREATE TABLE experiment_tasks (
        experiment_id TEXT NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        task_id TEXT NOT NULL REFERENCES tasks (id),
        cell INTEGER NOT NULL,
        seeds TEXT NOT NULL,
        PRIMARY KEY (experiment_id, position)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX experiment_tasks_task ON experiment_tasks (task_id);

      CREATE TABLE scalars (
        task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        seed INTEGER NOT NULL,
        other_seed INTEGER,
        value REAL,
        reason TEXT,
        error REAL,
        error_over TEXT,
        samples TEXT NOT NULL,
        PRIMARY KEY (task_id, position),
        CHECK (value IS NOT NULL OR reason IS NOT NULL)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE series (
        task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        seed INTEGER NOT NULL,
        other_seed INTEGER,
        columns TEXT NOT NULL,
        samples TEXT NOT NULL,
        PRIMARY KEY (task_id, position)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE task_artifacts (
        task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        hash TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        PRIMARY KEY (task_id, name)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX task_artifacts_hash ON task_artifacts (hash);

      CREATE TABLE lease (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        owner TEXT,
        pid INTEGER,
        host TEXT,
        since TEXT,
        heartbeat_ms INTEGER,
        fence INTEGER NOT NULL
      ) STRICT;
      INSERT INTO lease (id, fence) VALUES (1, 0);
    `,
  },
  {
    number: 2,
    name: 'digests-and-process-identity',
    sql: `
      -- SHA-256 of what was written, so that damage inside a value is noticed; NULL for what was written before.
      ALTER TABLE experiments ADD COLUMN digest TEXT;
      ALTER TABLE experiments ADD COLUMN plan_digest TEXT;
      ALTER TABLE tasks ADD COLUMN result_digest TEXT;

      ALTER TABLE lease ADD COLUMN process_space TEXT;
      ALTER TABLE lease ADD COLUMN process_started TEXT;
    `,
  },
  {
    number: 3,
    name: 'fields-and-facts',
    sql: `
      -- What is known of a series besides its columns, as JSON: the axes where it is a field, facts; NULL where there is nothing.
      ALTER TABLE series ADD COLUMN more TEXT;
    `,
  },
  {
    number: 4,
    name: 'cells-of-experiments',
    sql: `
      -- Few cells of a large experiment are read again whenever one of their tasks ends.
      CREATE INDEX experiment_tasks_cell ON experiment_tasks (experiment_id, cell);
    `,
  },
  {
    number: 5,
    name: 'log',
    sql: `
      -- What happened to an experiment and when; the newest entries of each are kept.
      CREATE TABLE log (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        experiment_id TEXT NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        message TEXT NOT NULL,
        task_kind TEXT,
        cell INTEGER,
        seeds TEXT
      ) STRICT;
      CREATE INDEX log_of_experiment ON log (experiment_id, id);
    `,
  },
  {
    number: 6,
    name: 'additions',
    sql: `
      -- Metrics added to a started experiment: settings as JSON, cells as a JSON list or NULL for all, SHA-256 of what was written.
      CREATE TABLE additions (
        experiment_id TEXT NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        metric TEXT NOT NULL,
        cells TEXT,
        added_at TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (experiment_id, position)
      ) STRICT, WITHOUT ROWID;
    `,
  },
];
