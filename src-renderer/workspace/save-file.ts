/** Hands a file to the browser or the desktop window, which put it with the downloads. */

export interface SavedFile {
  readonly name: string;
  readonly type: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

/** Saves a file. @returns the name it is saved under: what no file name may hold is replaced */
export function saveFile(file: SavedFile): string {
  const type = typeof file.content === 'string' ? `${file.type};charset=utf-8` : file.type;
  const url = URL.createObjectURL(new Blob([file.content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name.replaceAll(/[\\/:*?"<>|]/g, '_');
  link.click();
  // The download reads the address after this turn of the event loop.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
  return link.download;
}
