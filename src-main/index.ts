/** Entry of the desktop app. */
import { app } from 'electron';
import { startDesktop } from './host/electron-app';

// Packaged, the program is the first argument; started as `electron .`, the folder is the second.
void startDesktop(process.argv.slice(app.isPackaged ? 1 : 2));
