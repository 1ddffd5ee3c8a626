/** Saving an exported figure: the page offers texts it made itself, a dialog asks where to. */
import { extname, join } from 'node:path';
import { app, type DownloadItem, type Session } from 'electron';

const kinds: Readonly<Record<string, string>> = {
  '.svg': 'SVG figure',
  '.csv': 'Table (CSV)',
  '.json': 'JSON',
  '.md': 'Markdown',
};

/** Asks for a place for every download of the page's own data, and refuses all others. */
export function saveThroughDialog(session: Session): void {
  session.on('will-download', (event, item) => {
    if (item.getURL().startsWith('blob:app://phasescape/')) askForPlace(item);
    else event.preventDefault();
  });
}

function askForPlace(item: DownloadItem): void {
  const name = item.getFilename();
  const ending = extname(name).toLowerCase();
  item.setSaveDialogOptions({
    title: 'Save',
    defaultPath: join(app.getPath('documents'), name),
    filters:
      kinds[ending] === undefined ? [] : [{ name: kinds[ending], extensions: [ending.slice(1)] }],
  });
}
