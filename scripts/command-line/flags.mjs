/** Flags that several commands have. */

export const DATA_DIR = {
  kind: 'folder',
  value: 'DIR',
  default: '.local',
  text: 'the folder with state and logs (default .local)',
};

export const JSON_FLAG = {
  text: 'one JSON value as the last line of standard output; all else goes to standard error',
};

/** Which place a command works on. */
export const WHERE = {
  laptop: 'a pipeline on this machine, running or stopped',
  stopped: 'a stopped pipeline on this machine',
  running: 'a running pipeline on this machine',
  project: "the project's files; no pipeline",
  own: 'a pipeline of its own, in a temporary folder',
};
