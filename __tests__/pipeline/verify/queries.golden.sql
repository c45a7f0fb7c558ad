-- buckets of txns in MySQL
SELECT /*+ MAX_EXECUTION_TIME(900000) */
  SUBSTRING(hashed.key_hash, 1, 2) AS bucket,
  COUNT(*) AS row_count,
  CAST(SUM(CAST(CONV(SUBSTRING(hashed.row_hash, 1, 15), 16, 10) AS UNSIGNED)) AS CHAR) AS hash_sum,
  SUM(hashed.flagged) AS flagged
FROM (
  SELECT
    SUBSTRING(SHA2(texts.key_text, 256), 1, 32) AS key_hash,
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS row_hash,
    texts.flagged
  FROM (
    SELECT
      CONCAT_WS('|',
        COALESCE(`txn_id`, '~')) AS key_text,
      CONCAT_WS('|',
        COALESCE(`txn_id`, '~'),
        COALESCE(CONCAT(LENGTH(CONVERT(`account_no` USING utf8mb4)), ':', CONVERT(`account_no` USING utf8mb4)), '~'),
        COALESCE(`date`, '~'),
        COALESCE(CONCAT(LENGTH(CONVERT(`transaction_details` USING utf8mb4)), ':', CONVERT(`transaction_details` USING utf8mb4)), '~'),
        COALESCE(`chip_used`, '~'),
        COALESCE(CASE WHEN COALESCE(YEAR(`value_date`) > 0 AND DAYOFMONTH(`value_date`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`value_date`)), 0) THEN `value_date` END, '~'),
        COALESCE(`withdrawal_amt`, '~'),
        COALESCE(`deposit_amt`, '~'),
        COALESCE(`balance_amt`, '~'),
        COALESCE(`ingested_at`, '~')) AS row_text,
      CASE WHEN (`value_date` IS NOT NULL AND NOT COALESCE(YEAR(`value_date`) > 0 AND DAYOFMONTH(`value_date`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`value_date`)), 0)) THEN 1 ELSE 0 END AS flagged
    FROM `bank`.`txns`
  ) AS texts
) AS hashed
GROUP BY SUBSTRING(hashed.key_hash, 1, 2);

-- buckets of txns in the warehouse
SELECT
  SUBSTRING(hashed.key_hash, 1, 2) AS bucket,
  COUNT(*) AS row_count,
  CAST(SUM(CAST(STRTOL(SUBSTRING(hashed.row_hash, 1, 15), 16) AS NUMERIC(38, 0))) AS VARCHAR) AS hash_sum,
  SUM(hashed.flagged) AS flagged
FROM (
  SELECT
    SUBSTRING(SHA2(texts.key_text, 256), 1, 32) AS key_hash,
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS row_hash,
    texts.flagged
  FROM (
    SELECT
      COALESCE(CAST("txn_id" AS VARCHAR), '~') AS key_text,
      COALESCE(CAST("txn_id" AS VARCHAR), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("account_no") AS VARCHAR) || ':' || "account_no", '~')
        || '|' || COALESCE(CAST("date" AS VARCHAR), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("transaction_details") AS VARCHAR) || ':' || "transaction_details", '~')
        || '|' || COALESCE(CASE WHEN "chip_used" THEN '1' WHEN NOT "chip_used" THEN '0' END, '~')
        || '|' || COALESCE(CAST("value_date" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("withdrawal_amt" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("deposit_amt" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("balance_amt" AS VARCHAR), '~')
        || '|' || COALESCE(TO_CHAR("ingested_at", 'YYYY-MM-DD HH24:MI:SS.US'), '~') AS row_text,
      0 AS flagged
    FROM "bank"."txns"
  ) AS texts
) AS hashed
GROUP BY SUBSTRING(hashed.key_hash, 1, 2);

-- buckets of trades in the warehouse
SELECT
  SUBSTRING(hashed.key_hash, 1, 3) AS bucket,
  COUNT(*) AS row_count,
  CAST(SUM(CAST(STRTOL(SUBSTRING(hashed.row_hash, 1, 15), 16) AS NUMERIC(38, 0))) AS VARCHAR) AS hash_sum,
  SUM(hashed.flagged) AS flagged
FROM (
  SELECT
    SUBSTRING(SHA2(texts.key_text, 256), 1, 32) AS key_hash,
    SUBSTRING(SHA2(SUBSTRING(SHA2(texts.row_text, 256), 1, 32) || '|' || texts.documents_text, 256), 1, 32) AS row_hash,
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS columns_hash,
    texts.flagged
  FROM (
    SELECT
      COALESCE(CAST(OCTET_LENGTH("id") AS VARCHAR) || ':' || "id", '~') AS key_text,
      COALESCE(CAST(OCTET_LENGTH("id") AS VARCHAR) || ':' || "id", '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("ticker") AS VARCHAR) || ':' || "ticker", '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("ticket") AS VARCHAR) || ':' || "ticket", '~')
        || '|' || COALESCE(CAST("price" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("shares" AS VARCHAR), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("system") AS VARCHAR) || ':' || "system", '~')
        || '|' || COALESCE(CAST("lag" AS VARCHAR), '~')
        || '|' || COALESCE(TO_CHAR("traded_at", 'YYYY-MM-DD HH24:MI:SS.US'), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("_cdc_flags") AS VARCHAR) || ':' || "_cdc_flags", '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("_cdc_digest") AS VARCHAR) || ':' || "_cdc_digest", '~') AS row_text,
      COALESCE(CASE WHEN "item" IS NULL THEN NULL WHEN JSON_SIZE("item") > 540000 THEN '1' WHEN JSON_SIZE("item") > 60000 THEN SUBSTRING(SHA2(CASE WHEN JSON_SIZE("item") > 0 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 0 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 30000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 30000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 60000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 60000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 90000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 90000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 120000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 120000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 150000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 150000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 180000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 180000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 210000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 210000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 240000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 240000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 270000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 270000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 300000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 300000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 330000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 330000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 360000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 360000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 390000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 390000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 420000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 420000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 450000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 450000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 480000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 480000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 510000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 510000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END, 256), 1, 32) ELSE SUBSTRING(SHA2(JSON_SERIALIZE("item"), 256), 1, 32) END, '~') AS documents_text,
      CASE WHEN "_cdc_flags" IS NULL THEN 0 ELSE 1 END AS flagged
    FROM "market"."trades"
  ) AS texts
) AS hashed
GROUP BY SUBSTRING(hashed.key_hash, 1, 3);

-- rows of two buckets of txns in MySQL
SELECT /*+ MAX_EXECUTION_TIME(900000) */
  hashed.key_hash,
  hashed.row_hash,
  COUNT(*) AS copies,
  MIN(hashed.key_1) AS key_1
FROM (
  SELECT
    SUBSTRING(SHA2(texts.key_text, 256), 1, 32) AS key_hash,
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS row_hash,
    texts.key_1
  FROM (
    SELECT
      CONCAT_WS('|',
        COALESCE(`txn_id`, '~')) AS key_text,
      CONCAT_WS('|',
        COALESCE(`txn_id`, '~'),
        COALESCE(CONCAT(LENGTH(CONVERT(`account_no` USING utf8mb4)), ':', CONVERT(`account_no` USING utf8mb4)), '~'),
        COALESCE(`date`, '~'),
        COALESCE(CONCAT(LENGTH(CONVERT(`transaction_details` USING utf8mb4)), ':', CONVERT(`transaction_details` USING utf8mb4)), '~'),
        COALESCE(`chip_used`, '~'),
        COALESCE(CASE WHEN COALESCE(YEAR(`value_date`) > 0 AND DAYOFMONTH(`value_date`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`value_date`)), 0) THEN `value_date` END, '~'),
        COALESCE(`withdrawal_amt`, '~'),
        COALESCE(`deposit_amt`, '~'),
        COALESCE(`balance_amt`, '~'),
        COALESCE(`ingested_at`, '~')) AS row_text,
      CAST(`txn_id` AS CHAR) AS key_1
    FROM `bank`.`txns`
  ) AS texts
) AS hashed
WHERE SUBSTRING(hashed.key_hash, 1, 2) IN ('0a', 'ff')
GROUP BY hashed.key_hash, hashed.row_hash;

-- rows of two buckets of txns in the warehouse
SELECT
  hashed.key_hash,
  hashed.row_hash,
  COUNT(*) AS copies
FROM (
  SELECT
    SUBSTRING(SHA2(texts.key_text, 256), 1, 32) AS key_hash,
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS row_hash
  FROM (
    SELECT
      COALESCE(CAST("txn_id" AS VARCHAR), '~') AS key_text,
      COALESCE(CAST("txn_id" AS VARCHAR), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("account_no") AS VARCHAR) || ':' || "account_no", '~')
        || '|' || COALESCE(CAST("date" AS VARCHAR), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("transaction_details") AS VARCHAR) || ':' || "transaction_details", '~')
        || '|' || COALESCE(CASE WHEN "chip_used" THEN '1' WHEN NOT "chip_used" THEN '0' END, '~')
        || '|' || COALESCE(CAST("value_date" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("withdrawal_amt" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("deposit_amt" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("balance_amt" AS VARCHAR), '~')
        || '|' || COALESCE(TO_CHAR("ingested_at", 'YYYY-MM-DD HH24:MI:SS.US'), '~') AS row_text
    FROM "bank"."txns"
  ) AS texts
) AS hashed
WHERE SUBSTRING(hashed.key_hash, 1, 2) IN ('0a', 'ff')
GROUP BY hashed.key_hash, hashed.row_hash;

-- a key of every type again in the warehouse
SELECT
  hashed.key_hash,
  hashed.row_hash,
  COUNT(*) AS copies,
  MIN(hashed.key_1) AS key_1,
  MIN(hashed.key_2) AS key_2
FROM (
  SELECT
    SUBSTRING(SHA2(texts.key_text, 256), 1, 32) AS key_hash,
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS row_hash,
    texts.key_1,
    texts.key_2
  FROM (
    SELECT
      COALESCE(CAST("id" AS VARCHAR), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("part") AS VARCHAR) || ':' || "part", '~') AS key_text,
      COALESCE(CAST("id" AS VARCHAR), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("part") AS VARCHAR) || ':' || "part", '~')
        || '|' || COALESCE(CAST("small" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("whole" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("big" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("amount" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("exact" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("fraction" AS VARCHAR), '~')
        || '|' || COALESCE(CASE WHEN "ratio" = 0 THEN '0' WHEN NOT (ABS("ratio") / 2 < ABS("ratio")) THEN 'not finite' WHEN (ABS("ratio") * POWER(2, FLOOR((52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453)) / 2)) * POWER(2, 52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453) - FLOOR((52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453)) / 2))) >= 9007199254740992 THEN (CASE WHEN "ratio" < 0 THEN '-' ELSE '' END) || (CAST(CAST((ABS("ratio") * POWER(2, FLOOR((52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453)) / 2)) * POWER(2, 52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453) - FLOOR((52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453)) / 2))) / 2 AS BIGINT) AS VARCHAR)) || ('e') || (CAST(CAST(FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453) - 51 AS BIGINT) AS VARCHAR)) WHEN (ABS("ratio") * POWER(2, FLOOR((52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453)) / 2)) * POWER(2, 52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453) - FLOOR((52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453)) / 2))) < 4503599627370496 THEN (CASE WHEN "ratio" < 0 THEN '-' ELSE '' END) || (CAST(CAST((ABS("ratio") * POWER(2, FLOOR((52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453)) / 2)) * POWER(2, 52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453) - FLOOR((52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453)) / 2))) * 2 AS BIGINT) AS VARCHAR)) || ('e') || (CAST(CAST(FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453) - 53 AS BIGINT) AS VARCHAR)) WHEN "ratio" IS NOT NULL THEN (CASE WHEN "ratio" < 0 THEN '-' ELSE '' END) || (CAST(CAST((ABS("ratio") * POWER(2, FLOOR((52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453)) / 2)) * POWER(2, 52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453) - FLOOR((52 - FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453)) / 2))) AS BIGINT) AS VARCHAR)) || ('e') || (CAST(CAST(FLOOR(LN(NULLIF(ABS("ratio"), 0)) / 0.6931471805599453) - 52 AS BIGINT) AS VARCHAR)) END, '~')
        || '|' || COALESCE(CASE WHEN "flag" THEN '1' WHEN NOT "flag" THEN '0' END, '~')
        || '|' || COALESCE(CAST("day" AS VARCHAR), '~')
        || '|' || COALESCE(TO_CHAR("at", 'YYYY-MM-DD HH24:MI:SS.US'), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("note") AS VARCHAR) || ':' || "note", '~')
        || '|' || COALESCE(SUBSTRING(SHA2("long", 256), 1, 32), '~') AS row_text,
      CAST("id" AS VARCHAR) AS key_1,
      "part" AS key_2
    FROM "lab"."all_types"
  ) AS texts
) AS hashed
WHERE hashed.key_hash IN ('0123456789abcdef0123456789abcdef')
GROUP BY hashed.key_hash, hashed.row_hash;

-- a row without a key again in MySQL
SELECT /*+ MAX_EXECUTION_TIME(900000) */
  hashed.row_hash,
  COUNT(*) AS copies
FROM (
  SELECT
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS row_hash
  FROM (
    SELECT
      CONCAT_WS('|',
        COALESCE(`id`, '~'),
        COALESCE(CONCAT(LENGTH(CONVERT(`part` USING utf8mb4)), ':', CONVERT(`part` USING utf8mb4)), '~'),
        COALESCE(`small`, '~'),
        COALESCE(`whole`, '~'),
        COALESCE(`big`, '~'),
        COALESCE(`amount`, '~'),
        COALESCE(`exact`, '~'),
        COALESCE(`fraction`, '~'),
        COALESCE(`flag`, '~'),
        COALESCE(CASE WHEN COALESCE(YEAR(`day`) > 0 AND DAYOFMONTH(`day`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`day`)), 0) THEN `day` END, '~'),
        COALESCE(CASE WHEN COALESCE(YEAR(`at`) > 0 AND DAYOFMONTH(`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`at`)), 0) THEN `at` END, '~'),
        COALESCE(CONCAT(LENGTH(CONVERT(`note` USING utf8mb4)), ':', CONVERT(`note` USING utf8mb4)), '~')) AS row_text
    FROM `lab`.`no_key`
  ) AS texts
) AS hashed
WHERE hashed.row_hash IN ('0123456789abcdef0123456789abcdef')
GROUP BY hashed.row_hash;

-- two keys looked up in MySQL
SELECT /*+ MAX_EXECUTION_TIME(900000) */
  hashed.key_hash,
  hashed.row_hash,
  1 AS copies,
  hashed.key_1,
  hashed.key_2
FROM (
  SELECT
    SUBSTRING(SHA2(texts.key_text, 256), 1, 32) AS key_hash,
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS row_hash,
    texts.key_1,
    texts.key_2
  FROM (
    SELECT
      CONCAT_WS('|',
        COALESCE(`id`, '~'),
        COALESCE(CONCAT(LENGTH(CONVERT(`part` USING utf8mb4)), ':', CONVERT(`part` USING utf8mb4)), '~')) AS key_text,
      CONCAT_WS('|',
        COALESCE(`id`, '~'),
        COALESCE(CONCAT(LENGTH(CONVERT(`part` USING utf8mb4)), ':', CONVERT(`part` USING utf8mb4)), '~'),
        COALESCE(`small`, '~'),
        COALESCE(`whole`, '~'),
        COALESCE(`big`, '~'),
        COALESCE(`amount`, '~'),
        COALESCE(`exact`, '~'),
        COALESCE(`fraction`, '~'),
        COALESCE(CASE WHEN `ratio` = 0 THEN '0' WHEN NOT (ABS(`ratio`) / 2 < ABS(`ratio`)) THEN 'not finite' WHEN (ABS(`ratio`) * POWER(2, FLOOR((52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453)) / 2)) * POWER(2, 52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453) - FLOOR((52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453)) / 2))) >= 9007199254740992 THEN CONCAT(CASE WHEN `ratio` < 0 THEN '-' ELSE '' END, CAST(CAST((ABS(`ratio`) * POWER(2, FLOOR((52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453)) / 2)) * POWER(2, 52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453) - FLOOR((52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453)) / 2))) / 2 AS SIGNED) AS CHAR), 'e', CAST(CAST(FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453) - 51 AS SIGNED) AS CHAR)) WHEN (ABS(`ratio`) * POWER(2, FLOOR((52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453)) / 2)) * POWER(2, 52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453) - FLOOR((52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453)) / 2))) < 4503599627370496 THEN CONCAT(CASE WHEN `ratio` < 0 THEN '-' ELSE '' END, CAST(CAST((ABS(`ratio`) * POWER(2, FLOOR((52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453)) / 2)) * POWER(2, 52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453) - FLOOR((52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453)) / 2))) * 2 AS SIGNED) AS CHAR), 'e', CAST(CAST(FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453) - 53 AS SIGNED) AS CHAR)) WHEN `ratio` IS NOT NULL THEN CONCAT(CASE WHEN `ratio` < 0 THEN '-' ELSE '' END, CAST(CAST((ABS(`ratio`) * POWER(2, FLOOR((52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453)) / 2)) * POWER(2, 52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453) - FLOOR((52 - FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453)) / 2))) AS SIGNED) AS CHAR), 'e', CAST(CAST(FLOOR(LN(NULLIF(ABS(`ratio`), 0)) / 0.6931471805599453) - 52 AS SIGNED) AS CHAR)) END, '~'),
        COALESCE(`flag`, '~'),
        COALESCE(CASE WHEN COALESCE(YEAR(`day`) > 0 AND DAYOFMONTH(`day`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`day`)), 0) THEN `day` END, '~'),
        COALESCE(CASE WHEN COALESCE(YEAR(`at`) > 0 AND DAYOFMONTH(`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`at`)), 0) THEN `at` END, '~'),
        COALESCE(CONCAT(LENGTH(CONVERT(`note` USING utf8mb4)), ':', CONVERT(`note` USING utf8mb4)), '~'),
        COALESCE(SUBSTRING(SHA2(CONVERT(`long` USING utf8mb4), 256), 1, 32), '~')) AS row_text,
      CAST(`id` AS CHAR) AS key_1,
      CONVERT(`part` USING utf8mb4) AS key_2
    FROM `lab`.`all_types`
    WHERE (`id` = CAST(? AS SIGNED) AND `part` = ?)
      OR (`id` = CAST(? AS SIGNED) AND `part` = ?)
  ) AS texts
) AS hashed;

-- a range of txns in MySQL
SELECT /*+ MAX_EXECUTION_TIME(900000) */
  SUBSTRING(hashed.key_hash, 1, 3) AS bucket,
  COUNT(*) AS row_count,
  CAST(SUM(CAST(CONV(SUBSTRING(hashed.row_hash, 1, 15), 16, 10) AS UNSIGNED)) AS CHAR) AS hash_sum,
  SUM(hashed.flagged) AS flagged
FROM (
  SELECT
    SUBSTRING(SHA2(texts.key_text, 256), 1, 32) AS key_hash,
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS row_hash,
    texts.flagged
  FROM (
    SELECT
      CONCAT_WS('|',
        COALESCE(`txn_id`, '~')) AS key_text,
      CONCAT_WS('|',
        COALESCE(`txn_id`, '~'),
        COALESCE(CONCAT(LENGTH(CONVERT(`account_no` USING utf8mb4)), ':', CONVERT(`account_no` USING utf8mb4)), '~'),
        COALESCE(`date`, '~'),
        COALESCE(CONCAT(LENGTH(CONVERT(`transaction_details` USING utf8mb4)), ':', CONVERT(`transaction_details` USING utf8mb4)), '~'),
        COALESCE(`chip_used`, '~'),
        COALESCE(CASE WHEN COALESCE(YEAR(`value_date`) > 0 AND DAYOFMONTH(`value_date`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`value_date`)), 0) THEN `value_date` END, '~'),
        COALESCE(`withdrawal_amt`, '~'),
        COALESCE(`deposit_amt`, '~'),
        COALESCE(`balance_amt`, '~'),
        COALESCE(`ingested_at`, '~')) AS row_text,
      CASE WHEN (`value_date` IS NOT NULL AND NOT COALESCE(YEAR(`value_date`) > 0 AND DAYOFMONTH(`value_date`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`value_date`)), 0)) THEN 1 ELSE 0 END AS flagged
    FROM `bank`.`txns`
    WHERE `txn_id` > 500
      AND `txn_id` <= 500500
  ) AS texts
) AS hashed
GROUP BY SUBSTRING(hashed.key_hash, 1, 3);

-- a range of txns in the warehouse
SELECT
  SUBSTRING(hashed.key_hash, 1, 3) AS bucket,
  COUNT(*) AS row_count,
  CAST(SUM(CAST(STRTOL(SUBSTRING(hashed.row_hash, 1, 15), 16) AS NUMERIC(38, 0))) AS VARCHAR) AS hash_sum,
  SUM(hashed.flagged) AS flagged
FROM (
  SELECT
    SUBSTRING(SHA2(texts.key_text, 256), 1, 32) AS key_hash,
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS row_hash,
    texts.flagged
  FROM (
    SELECT
      COALESCE(CAST("txn_id" AS VARCHAR), '~') AS key_text,
      COALESCE(CAST("txn_id" AS VARCHAR), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("account_no") AS VARCHAR) || ':' || "account_no", '~')
        || '|' || COALESCE(CAST("date" AS VARCHAR), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("transaction_details") AS VARCHAR) || ':' || "transaction_details", '~')
        || '|' || COALESCE(CASE WHEN "chip_used" THEN '1' WHEN NOT "chip_used" THEN '0' END, '~')
        || '|' || COALESCE(CAST("value_date" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("withdrawal_amt" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("deposit_amt" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("balance_amt" AS VARCHAR), '~')
        || '|' || COALESCE(TO_CHAR("ingested_at", 'YYYY-MM-DD HH24:MI:SS.US'), '~') AS row_text,
      0 AS flagged
    FROM "bank"."txns"
    WHERE "txn_id" > 500
      AND "txn_id" <= 500500
  ) AS texts
) AS hashed
GROUP BY SUBSTRING(hashed.key_hash, 1, 3);

-- rows of one bucket of a range in the warehouse
SELECT
  hashed.key_hash,
  hashed.row_hash,
  COUNT(*) AS copies
FROM (
  SELECT
    SUBSTRING(SHA2(texts.key_text, 256), 1, 32) AS key_hash,
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS row_hash
  FROM (
    SELECT
      COALESCE(CAST("txn_id" AS VARCHAR), '~') AS key_text,
      COALESCE(CAST("txn_id" AS VARCHAR), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("account_no") AS VARCHAR) || ':' || "account_no", '~')
        || '|' || COALESCE(CAST("date" AS VARCHAR), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("transaction_details") AS VARCHAR) || ':' || "transaction_details", '~')
        || '|' || COALESCE(CASE WHEN "chip_used" THEN '1' WHEN NOT "chip_used" THEN '0' END, '~')
        || '|' || COALESCE(CAST("value_date" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("withdrawal_amt" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("deposit_amt" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("balance_amt" AS VARCHAR), '~')
        || '|' || COALESCE(TO_CHAR("ingested_at", 'YYYY-MM-DD HH24:MI:SS.US'), '~') AS row_text
    FROM "bank"."txns"
    WHERE "txn_id" > 500
      AND "txn_id" <= 500500
  ) AS texts
) AS hashed
WHERE SUBSTRING(hashed.key_hash, 1, 2) IN ('0a')
GROUP BY hashed.key_hash, hashed.row_hash;

-- a sixteenth of a table without a key in MySQL
SELECT /*+ MAX_EXECUTION_TIME(900000) */
  SUBSTRING(hashed.row_hash, 1, 3) AS bucket,
  COUNT(*) AS row_count,
  CAST(SUM(CAST(CONV(SUBSTRING(hashed.row_hash, 1, 15), 16, 10) AS UNSIGNED)) AS CHAR) AS hash_sum,
  SUM(hashed.flagged) AS flagged
FROM (
  SELECT
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS row_hash,
    texts.flagged
  FROM (
    SELECT
      CONCAT_WS('|',
        COALESCE(`id`, '~'),
        COALESCE(CONCAT(LENGTH(CONVERT(`part` USING utf8mb4)), ':', CONVERT(`part` USING utf8mb4)), '~'),
        COALESCE(`small`, '~'),
        COALESCE(`whole`, '~'),
        COALESCE(`big`, '~'),
        COALESCE(`amount`, '~'),
        COALESCE(`exact`, '~'),
        COALESCE(`fraction`, '~'),
        COALESCE(`flag`, '~'),
        COALESCE(CASE WHEN COALESCE(YEAR(`day`) > 0 AND DAYOFMONTH(`day`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`day`)), 0) THEN `day` END, '~'),
        COALESCE(CASE WHEN COALESCE(YEAR(`at`) > 0 AND DAYOFMONTH(`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`at`)), 0) THEN `at` END, '~'),
        COALESCE(CONCAT(LENGTH(CONVERT(`note` USING utf8mb4)), ':', CONVERT(`note` USING utf8mb4)), '~')) AS row_text,
      CASE WHEN (`day` IS NOT NULL AND NOT COALESCE(YEAR(`day`) > 0 AND DAYOFMONTH(`day`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`day`)), 0)) OR (`at` IS NOT NULL AND NOT COALESCE(YEAR(`at`) > 0 AND DAYOFMONTH(`at`) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(`at`)), 0)) THEN 1 ELSE 0 END AS flagged
    FROM `lab`.`no_key`
  ) AS texts
) AS hashed
WHERE SUBSTRING(hashed.row_hash, 1, 1) = '0'
GROUP BY SUBSTRING(hashed.row_hash, 1, 3);

-- where the next range of txns ends
SELECT /*+ MAX_EXECUTION_TIME(900000) */ CAST(MAX(part.first_key) AS CHAR) AS last_key, COUNT(*) AS row_count
FROM (
  SELECT `txn_id` AS first_key
  FROM `bank`.`txns`
  WHERE `txn_id` > 500
  ORDER BY `txn_id`
  LIMIT 500000
) AS part;

-- what a part of trades has seen
INSERT INTO "cdc"."seen_rows" ("sweep_id", "part_id", "key_hash", "row_hash") VALUES
('0a1b2c3d','4e5f6a7b','0123456789abcdef0123456789abcdef','0123456789abcdef'),
('0a1b2c3d','4e5f6a7b','0123456789abcdef0123456789abcdef','0123456789abcdef');

-- keys of a part of trades that differ
SELECT seen."key_hash"
FROM "cdc"."seen_rows" AS seen
LEFT JOIN (
  SELECT
    SUBSTRING(SHA2(texts.key_text, 256), 1, 32) AS key_hash,
    SUBSTRING(SHA2(SUBSTRING(SHA2(texts.row_text, 256), 1, 32) || '|' || texts.documents_text, 256), 1, 32) AS row_hash,
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS columns_hash
  FROM (
    SELECT
      COALESCE(CAST(OCTET_LENGTH("id") AS VARCHAR) || ':' || "id", '~') AS key_text,
      COALESCE(CAST(OCTET_LENGTH("id") AS VARCHAR) || ':' || "id", '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("ticker") AS VARCHAR) || ':' || "ticker", '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("ticket") AS VARCHAR) || ':' || "ticket", '~')
        || '|' || COALESCE(CAST("price" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("shares" AS VARCHAR), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("system") AS VARCHAR) || ':' || "system", '~')
        || '|' || COALESCE(CAST("lag" AS VARCHAR), '~')
        || '|' || COALESCE(TO_CHAR("traded_at", 'YYYY-MM-DD HH24:MI:SS.US'), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("_cdc_flags") AS VARCHAR) || ':' || "_cdc_flags", '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("_cdc_digest") AS VARCHAR) || ':' || "_cdc_digest", '~') AS row_text,
      COALESCE(CASE WHEN "item" IS NULL THEN NULL WHEN JSON_SIZE("item") > 540000 THEN '1' WHEN JSON_SIZE("item") > 60000 THEN SUBSTRING(SHA2(CASE WHEN JSON_SIZE("item") > 0 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 0 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 30000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 30000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 60000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 60000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 90000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 90000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 120000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 120000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 150000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 150000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 180000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 180000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 210000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 210000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 240000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 240000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 270000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 270000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 300000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 300000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 330000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 330000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 360000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 360000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 390000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 390000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 420000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 420000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 450000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 450000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 480000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 480000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 510000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 510000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END, 256), 1, 32) ELSE SUBSTRING(SHA2(JSON_SERIALIZE("item"), 256), 1, 32) END, '~') AS documents_text
    FROM "market"."trades"
  ) AS texts
) AS hashed
  ON hashed.key_hash = seen."key_hash"
WHERE seen."sweep_id" = '0a1b2c3d'
  AND seen."part_id" = '4e5f6a7b'
GROUP BY seen."key_hash", seen."row_hash"
HAVING COUNT(hashed.row_hash) <> 1
  OR MIN(SUBSTRING(hashed.row_hash, 1, 16)) <> seen."row_hash"
LIMIT 50000;

-- rows of trades that a sweep did not see
SELECT
  hashed.key_hash,
  hashed.row_hash,
  COUNT(*) AS copies,
  MIN(hashed.key_1) AS key_1
FROM (
  SELECT
    SUBSTRING(SHA2(texts.key_text, 256), 1, 32) AS key_hash,
    SUBSTRING(SHA2(SUBSTRING(SHA2(texts.row_text, 256), 1, 32) || '|' || texts.documents_text, 256), 1, 32) AS row_hash,
    SUBSTRING(SHA2(texts.row_text, 256), 1, 32) AS columns_hash,
    texts.key_1
  FROM (
    SELECT
      COALESCE(CAST(OCTET_LENGTH("id") AS VARCHAR) || ':' || "id", '~') AS key_text,
      COALESCE(CAST(OCTET_LENGTH("id") AS VARCHAR) || ':' || "id", '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("ticker") AS VARCHAR) || ':' || "ticker", '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("ticket") AS VARCHAR) || ':' || "ticket", '~')
        || '|' || COALESCE(CAST("price" AS VARCHAR), '~')
        || '|' || COALESCE(CAST("shares" AS VARCHAR), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("system") AS VARCHAR) || ':' || "system", '~')
        || '|' || COALESCE(CAST("lag" AS VARCHAR), '~')
        || '|' || COALESCE(TO_CHAR("traded_at", 'YYYY-MM-DD HH24:MI:SS.US'), '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("_cdc_flags") AS VARCHAR) || ':' || "_cdc_flags", '~')
        || '|' || COALESCE(CAST(OCTET_LENGTH("_cdc_digest") AS VARCHAR) || ':' || "_cdc_digest", '~') AS row_text,
      COALESCE(CASE WHEN "item" IS NULL THEN NULL WHEN JSON_SIZE("item") > 540000 THEN '1' WHEN JSON_SIZE("item") > 60000 THEN SUBSTRING(SHA2(CASE WHEN JSON_SIZE("item") > 0 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 0 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 30000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 30000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 60000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 60000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 90000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 90000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 120000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 120000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 150000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 150000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 180000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 180000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 210000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 210000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 240000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 240000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 270000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 270000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 300000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 300000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 330000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 330000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 360000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 360000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 390000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 390000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 420000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 420000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 450000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 450000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 480000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 480000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END
          || CASE WHEN JSON_SIZE("item") > 510000 THEN SUBSTRING(SHA2(LOWER(FROM_VARBYTE(SUBSTRING(JSON_SERIALIZE_TO_VARBYTE("item"), 510000 + 1, 30000), 'hex')), 256), 1, 32) ELSE '' END, 256), 1, 32) ELSE SUBSTRING(SHA2(JSON_SERIALIZE("item"), 256), 1, 32) END, '~') AS documents_text,
      "id" AS key_1
    FROM "market"."trades"
    WHERE ("_cdc_changed_at" < TIMESTAMP '2026-01-02 03:04:05.678' OR "_cdc_changed_at" > GETDATE())
  ) AS texts
) AS hashed
LEFT JOIN (SELECT DISTINCT "key_hash" FROM "cdc"."seen_rows" WHERE "sweep_id" = 'sweep') AS seen
  ON seen."key_hash" = hashed.key_hash
WHERE seen."key_hash" IS NULL
GROUP BY hashed.key_hash, hashed.row_hash
LIMIT 10001;

-- rows of trades
SELECT
  CAST(COUNT(*) AS VARCHAR) AS target_rows,
  CAST(COALESCE(SUM(CASE WHEN "_cdc_flags" IS NULL THEN 0 ELSE 1 END), 0) AS VARCHAR) AS flagged
FROM "market"."trades";

-- what a sweep has seen, forgotten
DELETE FROM "cdc"."seen_rows"
WHERE "sweep_id" = 'sweep';

-- what earlier sweeps saw
SELECT
  sweep."sweep_id",
  sweep."table_name",
  sweep."cursor",
  sweep."progress_percent",
  sweep."attempts",
  CAST(sweep."started_at" AS VARCHAR) AS started_at,
  CAST(sweep."finished_at" AS VARCHAR) AS finished_at,
  CAST(sweep."equal_at" AS VARCHAR) AS equal_at,
  CAST(sweep."parts" AS VARCHAR) AS parts,
  CAST(sweep."source_rows" AS VARCHAR) AS source_rows,
  CAST(sweep."target_rows" AS VARCHAR) AS target_rows,
  CAST(sweep."flagged" AS VARCHAR) AS flagged,
  CAST(sweep."mismatches" AS VARCHAR) AS mismatches,
  CAST(sweep."missing" AS VARCHAR) AS missing,
  CAST(sweep."extra" AS VARCHAR) AS extra,
  CAST(sweep."different" AS VARCHAR) AS different,
  CAST(sweep."in_flight" AS VARCHAR) AS in_flight,
  CAST(sweep."unfollowed" AS VARCHAR) AS unfollowed,
  CAST(sweep."read_units" AS VARCHAR) AS read_units,
  CAST(COALESCE(finished.expected_rows, 0) AS VARCHAR) AS expected_rows
FROM "cdc"."sweeps" AS sweep
JOIN (
  SELECT "table_name", MAX("started_at") AS started_at
  FROM "cdc"."sweeps"
  GROUP BY "table_name"
) AS newest
  ON newest."table_name" = sweep."table_name"
  AND newest.started_at = sweep."started_at"
LEFT JOIN (
  SELECT "table_name", MAX("source_rows") AS expected_rows
  FROM "cdc"."sweeps"
  WHERE "finished_at" IS NOT NULL
    AND "started_at" > DATEADD(day, -7, GETDATE())
  GROUP BY "table_name"
) AS finished
  ON finished."table_name" = sweep."table_name";

-- a sweep that begins
INSERT INTO "cdc"."sweeps" ("sweep_id", "table_name", "started_at", "finished_at", "equal_at", "cursor", "progress_percent", "parts", "attempts", "source_rows", "target_rows", "flagged", "mismatches", "missing", "extra", "different", "in_flight", "unfollowed", "read_units")
VALUES ('0a1b2c3d', 'txns', '2026-01-02 03:04:05.678', NULL, NULL, 'eyJhZnRlciI6IjUwMDUwMCJ9', 50, 7, 0, 9007199254740993, 2, 4, 1, 1, 0, 0, 3, 0, 0);

-- a sweep that has come further
UPDATE "cdc"."sweeps"
SET "finished_at" = NULL,
  "equal_at" = NULL,
  "cursor" = 'eyJhZnRlciI6IjUwMDUwMCJ9',
  "progress_percent" = 50,
  "parts" = 7,
  "attempts" = 0,
  "source_rows" = 9007199254740993,
  "target_rows" = 2,
  "flagged" = 4,
  "mismatches" = 1,
  "missing" = 1,
  "extra" = 0,
  "different" = 0,
  "in_flight" = 3,
  "unfollowed" = 0,
  "read_units" = 0
WHERE "sweep_id" = '0a1b2c3d'
  AND "parts" = 6;

-- what differs
SELECT "key_hash", "key_columns", "source_state", "target_state",
  CAST("source_since" AS VARCHAR) AS source_since, CAST("target_since" AS VARCHAR) AS target_since
FROM "cdc"."differences"
WHERE "table_name" = 'txns';

-- what differs, replaced
DELETE FROM "cdc"."differences"
WHERE "table_name" = 'txns';
INSERT INTO "cdc"."differences" ("table_name", "key_hash", "key_columns", "source_state", "target_state", "source_since", "target_since") VALUES
('txns','0123456789abcdef0123456789abcdef','WyIxIl0','a','-',1,2),
('txns','0123456789abcdef0123456789abcdef',NULL,'a','b',3,4);

-- the lease, taken
LOCK TABLE "cdc"."leases";
DELETE FROM "cdc"."leases"
WHERE "name" = 'reconcile'
  AND "expires_at" <= GETDATE();
INSERT INTO "cdc"."leases" ("name", "holder", "expires_at")
SELECT 'reconcile', 'run', DATEADD(second, 340, GETDATE())
WHERE NOT EXISTS (SELECT 1 FROM "cdc"."leases" WHERE "name" = 'reconcile');

-- who holds the lease
SELECT "holder"
FROM "cdc"."leases"
WHERE "name" = 'reconcile';

-- the lease, given back
DELETE FROM "cdc"."leases"
WHERE "name" = 'reconcile'
  AND "holder" = 'run';
