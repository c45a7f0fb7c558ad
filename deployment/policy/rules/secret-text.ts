/** What a secret looks like in a text, by the form of the text or by its name. */

const FORMS: readonly RegExp[] = [
  // An access key id of AWS.
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  // A user and password in an address.
  /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@]+:[^/\s:@]+@/i,
  // Tokens of GitHub, Slack and the like; a JSON web token.
  /\b(gh[opsu]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|xox[abprs]-[\w-]{10,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.)/,
  /(?<![\w:])(password|passwd|pwd|secret|api[_-]?key|token)\s*[=:]\s*[^\s"';,${}]{4,}/i,
];

/** Names whose value would be a secret. Names of what only leads to a secret (an ARN, a key's id) are not. */
const NAME =
  /(^|[._-])(password|passwd|pwd|secret_string|secret_binary|secret|private_key|access_key|secret_key|api_key|token|credentials)(_wo)?$/i;

/** The type of resource that is a secret's place, in what CDKTF notes about a stack. */
const RESOURCE_TYPE = /(^|\.)aws_secretsmanager_secret$/;

/** A reference is no value, and neither is an ARN. */
const leadsElsewhere = (text: string): boolean =>
  /^\$\{[^}]+\}$/.test(text) || /^arn:aws:[\w:/+=.@!-]+$/.test(text);

export const looksSecret = (path: string, text: string): boolean =>
  FORMS.some((form) => form.test(text)) ||
  (NAME.test(path) && !RESOURCE_TYPE.test(path) && text !== '' && !leadsElsewhere(text));
