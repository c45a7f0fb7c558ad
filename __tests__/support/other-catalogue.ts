/** The four stacks as they are with another catalogue: modules read it once, so that they are loaded again for each. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checked } from '../../deployment/policy/report';
import type { CatalogueFiles } from '../../pipeline/values/catalogue';
import type { Synthesis, SynthesisOptions } from '../stacks/synthesized';

export interface OtherSynthesis {
  readonly synthesis: Synthesis;
  /** What the policy and the proof of the network say. */
  readonly problems: readonly string[];
}

export function synthesizeCatalogue(files: CatalogueFiles, options: SynthesisOptions = {}): OtherSynthesis {
  return withCatalogue(files, () => {
    const { synthesize } = require('../stacks/synthesized') as typeof import('../stacks/synthesized');
    const { checkEnvironment, problemsOf } =
      require('../../deployment/policy/report') as typeof import('../../deployment/policy/report');
    const synthesis = synthesize(options);
    const checked: Checked = checkEnvironment('dev', synthesis.deployment);
    return { synthesis, problems: problemsOf(checked) };
  });
}

/** What `work` requires is loaded with these files as its catalogue. */
function withCatalogue<Result>(files: CatalogueFiles, work: () => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
  const own = process.env.CDC_TABLES;
  let result: Result | undefined;
  try {
    for (const [name, entry] of Object.entries(files))
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(entry));
    process.env.CDC_TABLES = folder;
    jest.isolateModules(() => {
      result = work();
    });
    return result as Result;
  } finally {
    process.env.CDC_TABLES = own;
    rmSync(folder, { recursive: true });
  }
}
