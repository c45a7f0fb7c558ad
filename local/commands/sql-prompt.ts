/** The prompt of `npm run sql`: statements over several lines, and some of psql's commands. */
import { isReadingStatement, ONLY_READS } from './reading-statement';
import { splitStatements } from './sql-statements';
import { buildAnswerText } from './sql-text';
import { type AskWarehouse, withSuggestion } from './suggest-table';

export const PROMPT_HELP = `a statement ends with ;
  \\dt [schema]        tables
  \\d schema.table     columns of a table
  \\timing             how long each statement takes: on, off
  \\q                  quit`;

export class SqlPrompt {
  private unfinished = '';
  private isTimed = false;

  constructor(
    private readonly ask: AskWarehouse,
    private readonly print: (text: string) => void,
  ) {}

  get isWithinStatement(): boolean {
    return this.unfinished !== '';
  }

  /** Ctrl-C: forgets what has no semicolon yet. */
  forget(): void {
    this.unfinished = '';
  }

  /** Failures are printed. Gives false for the command that quits. */
  async take(line: string): Promise<boolean> {
    const command = this.isWithinStatement ? undefined : asCommand(line.trim());
    if (command !== undefined) return this.command(command);
    const { statements, rest } = splitStatements(
      this.isWithinStatement ? `${this.unfinished}\n${line}` : line,
    );
    this.unfinished = rest;
    for (const statement of statements) await this.run(statement);
    return true;
  }

  private async command(line: string): Promise<boolean> {
    const [name = '', argument] = line.replace(/;$/, '').split(/\s+/);
    switch (name) {
      case '\\q':
        return false;
      case '\\timing':
        this.isTimed = argument === undefined ? !this.isTimed : argument === 'on';
        this.print(`timing is ${this.isTimed ? 'on' : 'off'}`);
        return true;
      case '\\dt':
        await this.run(tablesStatement(argument));
        return true;
      case '\\d':
        await (argument === undefined ? this.run(tablesStatement()) : this.describe(argument));
        return true;
      default:
        this.print(name === '\\?' ? PROMPT_HELP : `there is no ${name}\n${PROMPT_HELP}`);
        return true;
    }
  }

  private async describe(name: string): Promise<void> {
    const [table = '', schema] = name.split('.').reverse();
    // The columns do not say whether a table without any exists.
    if (!(await this.run(`select * from ${name} limit 0`, { isSilent: true }))) return;
    await this.run(`select column_name, data_type, is_nullable from svv_columns
      where table_name = ${literal(table)}${schema === undefined ? '' : ` and table_schema = ${literal(schema)}`}
      order by ordinal_position`);
  }

  /** Whether it succeeded. */
  private async run(statement: string, { isSilent = false } = {}): Promise<boolean> {
    const startedAt = performance.now();
    try {
      if (!isReadingStatement(statement)) throw new Error(ONLY_READS);
      const answer = await this.ask(statement);
      if (!isSilent) this.print(buildAnswerText(answer));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.print(`error: ${await withSuggestion(message, this.ask)}`);
      return false;
    }
    if (this.isTimed && !isSilent) this.print(`time: ${(performance.now() - startedAt).toFixed(0)} ms`);
    return true;
  }
}

/** What psql takes without a backslash, too; no statement is one of these words. */
const WORDS: Readonly<Record<string, string>> = { help: '\\?', quit: '\\q', exit: '\\q' };

function asCommand(line: string): string | undefined {
  return line.startsWith('\\') ? line : WORDS[line.replace(/;$/, '').toLowerCase()];
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const tablesStatement = (schema?: string): string =>
  `select table_schema, table_name, table_type from svv_tables${
    schema === undefined ? '' : ` where table_schema = ${literal(schema)}`
  } order by 1, 2`;
