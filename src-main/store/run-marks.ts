/** What a user says of a run: tags, a note, and whether it is put away. Kept with its training, so in every experiment that has it. */
import type { Database } from 'better-sqlite3';

/** One change of marks. */
export type MarkChange =
  | { readonly kind: 'add-tag' | 'remove-tag'; readonly tag: string }
  | { readonly kind: 'note'; readonly note: string }
  | { readonly kind: 'archive'; readonly archived: boolean };

/** Writes marks; call it inside a transaction. */
export function runMarks(db: Database) {
  const addTag = db.prepare('INSERT OR IGNORE INTO run_tags (task_id, tag) VALUES (?, ?)');
  const removeTag = db.prepare('DELETE FROM run_tags WHERE task_id = ? AND tag = ?');
  const setNote = db.prepare(
    'INSERT INTO run_marks (task_id, note) VALUES (?, ?) ON CONFLICT (task_id) DO UPDATE SET note = excluded.note',
  );
  const setArchived = db.prepare(
    'INSERT INTO run_marks (task_id, archived) VALUES (?, ?) ON CONFLICT (task_id) DO UPDATE SET archived = excluded.archived',
  );
  return (taskIds: readonly string[], change: MarkChange): void => {
    for (const id of taskIds) {
      switch (change.kind) {
        case 'add-tag':
          addTag.run(id, change.tag);
          break;
        case 'remove-tag':
          removeTag.run(id, change.tag);
          break;
        case 'note':
          setNote.run(id, change.note);
          break;
        case 'archive':
          setArchived.run(id, Number(change.archived));
          break;
        default:
          change satisfies never;
      }
    }
  };
}
