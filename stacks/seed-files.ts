/** The files in `seed-data/` that the two ingest functions read, by the table they go into. */
export const SEED_FILES = { txns: 'txns.csv', trades: 'trades.json' } as const;
