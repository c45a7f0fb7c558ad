/** Settings → four stacks → `cdktf.out`. Declares no resource itself. */
import { join } from 'node:path';
import { App } from 'cdktf';
import { addStacks } from './stacks/deployment';
import { projectFolders, removeEarlierAssets } from './stacks/folders';
import { parseSettings, readContext, SettingsError } from './stacks/settings';

try {
  const settings = parseSettings(
    readContext(join(__dirname, 'cdktf.json'), process.env),
    process.env.CDC_ENVIRONMENT,
  );
  const app = new App();
  removeEarlierAssets(app.outdir);
  addStacks(app, settings, projectFolders(__dirname));
  app.synth();
} catch (error) {
  // A problem of the settings is for the person who wrote them; a stack trace would hide it.
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
