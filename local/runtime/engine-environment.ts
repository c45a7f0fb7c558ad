/**
 * What an engine sees of the user's environment: where programs and libraries are, and the language of its messages.
 * Tokens and passwords that the user's shell holds are none of its business, and would be in its core dumps.
 */
const PASSED = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'JAVA_HOME'];

export const engineEnvironment = (added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED.includes(name))),
  ...added,
});
