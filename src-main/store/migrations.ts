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
    name: 'run-table',
    sql: `
      -- What the table of runs pages, sorts and filters by: the runs of each experiment in the plan's order, and their numbers under
      -- experiment and name, so that one column lies together. Both follow from tasks, experiment_tasks and scalars, and the triggers
      -- keep them so, whoever writes: a result that several experiments share, work that is done again, a new plan.
      CREATE TABLE runs (
        experiment_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        task_id TEXT NOT NULL,
        cell INTEGER NOT NULL,
        seed INTEGER NOT NULL,
        PRIMARY KEY (experiment_id, position)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX runs_cell ON runs (experiment_id, cell, seed);

      -- partner: the other seed of a number between two runs, which stands under both; of a run's own number its seed again.
      CREATE TABLE run_numbers (
        experiment_id TEXT NOT NULL,
        name TEXT NOT NULL,
        cell INTEGER NOT NULL,
        seed INTEGER NOT NULL,
        partner INTEGER NOT NULL,
        value REAL,
        error REAL,
        reason TEXT,
        PRIMARY KEY (experiment_id, name, cell, seed, partner)
      ) STRICT, WITHOUT ROWID;

      -- Beside the wide rows of tasks, for filters and orders over thousands of trainings.
      CREATE INDEX training_outcomes ON tasks (
        id, state, attempts, engine_name, engine_dtype, engine_device, engine_version, duration_ms, steps, finished_at
      ) WHERE kind = 'train';

      -- What a user says of a run, in every experiment that has it.
      CREATE TABLE run_marks (
        task_id TEXT PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE,
        archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
        note TEXT NOT NULL DEFAULT ''
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE run_tags (
        task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
        tag TEXT NOT NULL,
        PRIMARY KEY (task_id, tag)
      ) STRICT, WITHOUT ROWID;

      CREATE VIEW numbers_of_runs (task_id, name, seed, partner, value, error, reason) AS
        SELECT task_id, name, seed, coalesce(other_seed, seed), value, error, reason FROM scalars
        UNION ALL
        SELECT task_id, name, other_seed, seed, value, error, reason FROM scalars WHERE other_seed IS NOT NULL;

      CREATE TRIGGER scalars_kept AFTER INSERT ON scalars BEGIN
        INSERT OR REPLACE INTO run_numbers
          SELECT u.experiment_id, NEW.name, u.cell, NEW.seed, coalesce(NEW.other_seed, NEW.seed), NEW.value, NEW.error, NEW.reason
          FROM experiment_tasks u WHERE u.task_id = NEW.task_id;
        INSERT OR REPLACE INTO run_numbers
          SELECT u.experiment_id, NEW.name, u.cell, NEW.other_seed, NEW.seed, NEW.value, NEW.error, NEW.reason
          FROM experiment_tasks u WHERE u.task_id = NEW.task_id AND NEW.other_seed IS NOT NULL;
      END;
      -- IN finds the rows by their key, EXISTS keeps those of other tasks.
      CREATE TRIGGER scalars_forgotten AFTER DELETE ON scalars BEGIN
        DELETE FROM run_numbers WHERE name = OLD.name AND seed = OLD.seed AND partner = coalesce(OLD.other_seed, OLD.seed)
          AND experiment_id IN (SELECT u.experiment_id FROM experiment_tasks u WHERE u.task_id = OLD.task_id)
          AND cell IN (SELECT u.cell FROM experiment_tasks u WHERE u.task_id = OLD.task_id)
          AND EXISTS (SELECT 1 FROM experiment_tasks u
            WHERE u.task_id = OLD.task_id AND u.experiment_id = run_numbers.experiment_id AND u.cell = run_numbers.cell);
        DELETE FROM run_numbers WHERE name = OLD.name AND seed = OLD.other_seed AND partner = OLD.seed
          AND experiment_id IN (SELECT u.experiment_id FROM experiment_tasks u WHERE u.task_id = OLD.task_id)
          AND cell IN (SELECT u.cell FROM experiment_tasks u WHERE u.task_id = OLD.task_id)
          AND EXISTS (SELECT 1 FROM experiment_tasks u
            WHERE u.task_id = OLD.task_id AND u.experiment_id = run_numbers.experiment_id AND u.cell = run_numbers.cell);
      END;
      CREATE TRIGGER experiment_tasks_kept AFTER INSERT ON experiment_tasks BEGIN
        INSERT INTO runs SELECT NEW.experiment_id, NEW.position, NEW.task_id, NEW.cell, json_extract(NEW.seeds, '$[0]')
          FROM tasks t WHERE t.id = NEW.task_id AND t.kind = 'train';
        INSERT OR REPLACE INTO run_numbers
          SELECT NEW.experiment_id, n.name, NEW.cell, n.seed, n.partner, n.value, n.error, n.reason
          FROM numbers_of_runs n WHERE n.task_id = NEW.task_id;
      END;
      -- A plan goes as a whole: with its first row goes all that stands here of it.
      CREATE TRIGGER experiment_tasks_forgotten AFTER DELETE ON experiment_tasks
        WHEN EXISTS (SELECT 1 FROM runs WHERE experiment_id = OLD.experiment_id) BEGIN
        DELETE FROM run_numbers WHERE experiment_id = OLD.experiment_id;
        DELETE FROM runs WHERE experiment_id = OLD.experiment_id;
      END;

      INSERT INTO runs
        SELECT u.experiment_id, u.position, u.task_id, u.cell, json_extract(u.seeds, '$[0]')
        FROM experiment_tasks u JOIN tasks t ON t.id = u.task_id WHERE t.kind = 'train';
      INSERT OR REPLACE INTO run_numbers
        SELECT u.experiment_id, n.name, u.cell, n.seed, n.partner, n.value, n.error, n.reason
        FROM experiment_tasks u JOIN numbers_of_runs n ON n.task_id = u.task_id;
    `,
  },
  {
    number: 7,
    name: 'saved-views',
    sql: `
      CREATE TABLE views (
        experiment_id TEXT NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        settings TEXT NOT NULL,
        thresholds TEXT NOT NULL,
        saved_at TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (experiment_id, name)
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    number: 8,
    name: 'imported-tables',
    sql: `
      -- Experiments of published or external results: numbers without runs. Their names are none of the other experiments'.
      CREATE TABLE imported_tables (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,
        axes TEXT NOT NULL,
        rows TEXT NOT NULL,
        thresholds TEXT NOT NULL,
        created_at TEXT NOT NULL,
        digest TEXT NOT NULL
      ) STRICT;

      -- Views are of imported experiments too: they no longer refer to the one table, and go with their experiment all the same.
      CREATE TABLE views_of_all (
        experiment_id TEXT NOT NULL,
        name TEXT NOT NULL,
        settings TEXT NOT NULL,
        thresholds TEXT NOT NULL,
        saved_at TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (experiment_id, name)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO views_of_all SELECT experiment_id, name, settings, thresholds, saved_at, digest FROM views;
      DROP TABLE views;
      ALTER TABLE views_of_all RENAME TO views;
      CREATE TRIGGER views_of_experiments AFTER DELETE ON experiments BEGIN
        DELETE FROM views WHERE experiment_id = OLD.id;
      END;
      CREATE TRIGGER views_of_tables AFTER DELETE ON imported_tables BEGIN
        DELETE FROM views WHERE experiment_id = OLD.id;
      END;
    `,
  },
  {
    number: 9,
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
  {
    number: 10,
    name: 'large-experiments',
    sql: `
      -- Beside the wide rows of tasks: how far a large experiment is, and whether its plan is whole, is asked of these alone.
      CREATE INDEX task_outcomes ON tasks (id, kind, state, duration_ms);

      -- Experiments whose deletion has begun: nobody sees them, and their rows go part by part.
      CREATE TABLE removals (experiment_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    `,
  },
];
