/** The arguments of one resource as its twin reads them: checked against what the twin honours, then resolved. */

import { isMap, type Json } from './json';
import { type Lookup, placeOf, resolveReferences } from './references';
import { type Block, DeploymentError } from './terraform-json';

/**
 * Arguments by dotted path, without list indexes; a path speaks for all below it, and a longer path goes first.
 * What is in neither list is refused.
 */
export interface ArgumentRules {
  readonly honoured: readonly string[];
  /** With the reason why it means nothing on a laptop. */
  readonly ignored: Readonly<Record<string, string>>;
}

/** Tags and the like, which no twin needs. */
const NEVER_NEEDED: Readonly<Record<string, string>> = {
  tags: 'for people and bills in AWS',
  description: 'for people',
  region: 'the laptop is one region',
  kms_key_id: 'the laptop encrypts nothing at rest',
  kms_key_arn: 'the laptop encrypts nothing at rest',
  timeouts: 'how long Terraform waits for AWS',
};

/** Every argument that the rules do not name, as `<type>.<name>.<property>`. */
export function checkArguments(block: Block, rules: ArgumentRules): readonly string[] {
  const known = [...rules.honoured, ...Object.keys(rules.ignored), ...Object.keys(NEVER_NEEDED)];
  const isKnown = (path: string): boolean =>
    known.some((rule) => path === rule || path.startsWith(`${rule}.`));
  return [...new Set(leafPaths(block.config, ''))]
    .filter((path) => !isKnown(path))
    .map((path) => `${block.address}.${path}`);
}

function leafPaths(value: Json, path: string): string[] {
  if (value === null) return [];
  if (Array.isArray(value) && value.some((item) => isMap(item) || Array.isArray(item))) {
    return value.flatMap((item) => leafPaths(item, path));
  }
  if (isMap(value)) {
    return Object.entries(value).flatMap(([key, item]) =>
      leafPaths(item, path === '' ? key : `${path}.${key}`),
    );
  }
  return [path];
}

export class ResourceArguments {
  constructor(
    readonly block: Block,
    private readonly lookup: Lookup,
  ) {}

  get address(): string {
    return this.block.address;
  }

  /** The resolved value, or undefined when the argument is absent or null. A block of one is its own list. */
  get(path: string): Json | undefined {
    let current: Json | undefined = this.block.config;
    for (const step of path.split('.')) {
      if (Array.isArray(current)) {
        if (current.length > 1)
          throw this.refusal(path, `${current.length} blocks, where the laptop takes one`);
        current = current[0];
      }
      current = isMap(current) ? current[step] : undefined;
    }
    if (current === undefined || current === null) return undefined;
    return resolveReferences(current, placeOf(this.block, path), this.lookup);
  }

  /** The ARN that the resource has since it started; none before. */
  arn(): string | undefined {
    const reference = { address: this.address, path: ['arn'], text: `${this.address}.arn` };
    try {
      const arn = this.lookup(reference, placeOf(this.block, 'arn'));
      return typeof arn === 'string' ? arn : undefined;
    } catch (error) {
      if (error instanceof DeploymentError) return undefined;
      throw error;
    }
  }

  text(path: string): string {
    return this.optionalText(path) ?? this.fail(path, 'nothing, where a text is needed');
  }

  optionalText(path: string): string | undefined {
    const value = this.get(path);
    if (value === undefined || typeof value === 'string') return value;
    return this.fail(path, `a ${typeof value}, where a text is needed`);
  }

  number(path: string, fallback?: number): number {
    const value = this.get(path) ?? fallback;
    if (value === undefined) throw this.refusal(path, 'nothing, where a number is needed');
    const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof parsed === 'number' && Number.isFinite(parsed)) return parsed;
    throw this.refusal(path, `${JSON.stringify(value)}, where a number is needed`);
  }

  /** Terraform takes a boolean also as text. */
  flag(path: string, fallback: boolean): boolean {
    const value = this.get(path) ?? fallback;
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw this.refusal(path, `${JSON.stringify(value)}, where true or false is needed`);
  }

  list(path: string): readonly Json[] {
    const value = this.get(path) ?? [];
    return Array.isArray(value) ? value : [value];
  }

  /** A block that may be repeated, or a map, as plain objects. */
  blocks(path: string): readonly { readonly [key: string]: Json }[] {
    return this.list(path).map((item) =>
      isMap(item) ? item : this.fail(path, 'something that is not a block'),
    );
  }

  /** A map of texts: environment variables. */
  texts(path: string): Readonly<Record<string, string>> {
    const value = this.get(path) ?? {};
    if (!isMap(value)) throw this.refusal(path, 'something that is not a map');
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        if (item === null || typeof item === 'object')
          throw this.refusal(`${path}.${key}`, 'something that is not text');
        return [key, String(item)];
      }),
    );
  }

  /** An error for a value that the laptop cannot honour: what it holds, and what would do. */
  refusal(path: string, holds: string): DeploymentError {
    return new DeploymentError(`stack ${this.block.stack}: ${this.address}.${path} holds ${holds}`);
  }

  private fail(path: string, holds: string): never {
    throw this.refusal(path, holds);
  }
}
