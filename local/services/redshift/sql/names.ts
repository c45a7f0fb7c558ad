/** DuckDB part in which all macros and system views live, out of reach of user names. */
export const TWIN_SCHEMA = 'memory.twin';

/** Schema of the twin's own durable tables inside the database file. */
export const HIDDEN_SCHEMA = '_twin';
