/** Where the data sets live that a user has registered: one folder for all projects. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Names the folder in place of the default. */
export const registryVariable = 'PHASESCAPE_DATASETS';

/** The folder by the customs of the system; it need not exist. */
export function defaultRegistryFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const given = environment[registryVariable];
  if (given !== undefined && given !== '') return given;
  const home = homedir();
  if (platform === 'darwin')
    return join(home, 'Library', 'Application Support', 'Phasescape', 'datasets');
  if (platform === 'win32')
    return join(
      environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'),
      'Phasescape',
      'datasets',
    );
  return join(
    environment['XDG_DATA_HOME'] ?? join(home, '.local', 'share'),
    'phasescape',
    'datasets',
  );
}
