-- Keys, indexes, constraints, generated columns, partitions and table options.

-- table: no_key
CREATE TABLE no_key (a INT, b VARCHAR(10));
INSERT INTO no_key VALUES (1, 'x'), (1, 'x'), (NULL, NULL), (2, 'y');
-- then
INSERT INTO no_key VALUES (1, 'x'), (3, NULL);
UPDATE no_key SET b = 'z' WHERE a = 1 LIMIT 1;
DELETE FROM no_key WHERE a = 1 LIMIT 1;
DELETE FROM no_key WHERE a IS NULL;

-- table: no_key_of_many_types
CREATE TABLE no_key_of_many_types (a DOUBLE, b DECIMAL(10,2), c DATETIME(3), d TEXT, e BLOB, f JSON, g BIT(3), h ENUM('x','y'));
INSERT INTO no_key_of_many_types VALUES (0.1, 1.5, '2024-01-01 00:00:00.5', 'text ', x'00', '{"a": 1}', 5, 'y'), (0.1, 1.5, '2024-01-01 00:00:00.5', 'text', x'0000', '{"a": 1}', 5, 'y'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
-- then
UPDATE no_key_of_many_types SET d = 'more' WHERE e = x'0000';
DELETE FROM no_key_of_many_types WHERE a IS NULL;
INSERT INTO no_key_of_many_types VALUES (-1e-300, -0.01, '1000-01-01', '', '', 'null', 0, 'x');

-- table: no_key_but_index
CREATE TABLE no_key_but_index (a INT NOT NULL, b VARCHAR(10), KEY by_a (a), INDEX by_b (b(3)), KEY both_desc (a DESC, b ASC));
INSERT INTO no_key_but_index VALUES (1, 'x'), (1, 'x'), (2, 'y');
-- then
DELETE FROM no_key_but_index WHERE a = 1 LIMIT 1;
INSERT INTO no_key_but_index VALUES (5, 'z');

-- table: unique_only
CREATE TABLE unique_only (a INT NOT NULL, b VARCHAR(10) NOT NULL, c INT, UNIQUE KEY ab (a, b));
INSERT INTO unique_only VALUES (1, 'x', 1), (1, 'y', 2), (2, 'x', 3);
-- then
UPDATE unique_only SET c = 10, b = 'z' WHERE a = 2;
DELETE FROM unique_only WHERE c = 1;
INSERT INTO unique_only VALUES (9, 'n', NULL);

-- table: unique_of_several
CREATE TABLE unique_of_several (z INT NOT NULL UNIQUE, a CHAR(4) NOT NULL, n INT NULL, UNIQUE KEY (n), UNIQUE INDEX by_a (a));
INSERT INTO unique_of_several VALUES (1, 'a', NULL), (2, 'b', NULL), (3, 'c', 5);
-- then
UPDATE unique_of_several SET a = 'zz' WHERE z = 1;
UPDATE unique_of_several SET z = 30 WHERE z = 3;
DELETE FROM unique_of_several WHERE z = 2;

-- table: unique_but_nullable
CREATE TABLE unique_but_nullable (a INT NULL UNIQUE, b VARCHAR(5));
INSERT INTO unique_but_nullable VALUES (NULL, 'x'), (NULL, 'x'), (1, 'y');
-- then
DELETE FROM unique_but_nullable WHERE a IS NULL LIMIT 1;
UPDATE unique_but_nullable SET a = 7 WHERE a = 1;

-- table: unique_prefix
CREATE TABLE unique_prefix (t VARCHAR(100) NOT NULL, b BLOB NOT NULL, UNIQUE KEY by_t (t(10)), UNIQUE KEY by_b (b(20)));
INSERT INTO unique_prefix VALUES ('abc', x'01'), ('abd', x'02');
-- then
UPDATE unique_prefix SET b = x'03' WHERE t = 'abc';
INSERT INTO unique_prefix VALUES ('abe', x'04');

-- table: primary_prefix
CREATE TABLE primary_prefix (t TEXT NOT NULL, n INT, PRIMARY KEY (t(20)));
INSERT INTO primary_prefix VALUES ('alpha', 1), ('beta', 2);
-- then
UPDATE primary_prefix SET n = 10 WHERE n = 1;
DELETE FROM primary_prefix WHERE n = 2;
INSERT INTO primary_prefix VALUES ('gamma', 3);

-- table: primary_blob_prefix
CREATE TABLE primary_blob_prefix (b BLOB NOT NULL, v VARCHAR(10), PRIMARY KEY (b(16)));
INSERT INTO primary_blob_prefix VALUES (x'00ff', 'a'), (x'01', 'b');
-- then
UPDATE primary_blob_prefix SET v = 'z' WHERE v = 'b';

-- table: composite_key
CREATE TABLE composite_key (a INT UNSIGNED NOT NULL, b VARCHAR(20) NOT NULL, c DATE NOT NULL, d TINYINT NOT NULL, v TEXT, PRIMARY KEY (c, a, d, b));
INSERT INTO composite_key VALUES (1, 'x', '2024-01-01', 1, 'a'), (1, 'x', '2024-01-01', 2, 'b'), (1, 'x ', '2024-01-02', 1, 'c');
-- then
UPDATE composite_key SET d = d + 10, v = NULL WHERE c = '2024-01-01';
DELETE FROM composite_key WHERE b LIKE 'x %';

-- table: composite_key_swapped
CREATE TABLE composite_key_swapped (v INT, b INT NOT NULL, a INT NOT NULL, CONSTRAINT pk PRIMARY KEY USING BTREE (a, b));
INSERT INTO composite_key_swapped VALUES (1, 1, 2), (2, 2, 1), (3, 3, 3);
-- then
UPDATE composite_key_swapped SET a = 10 WHERE v = 1;
UPDATE composite_key_swapped SET a = 2, b = 1 WHERE v = 2;
DELETE FROM composite_key_swapped WHERE v = 3;

-- table: key_values_swapped
CREATE TABLE key_values_swapped (id INT PRIMARY KEY, v VARCHAR(5));
INSERT INTO key_values_swapped VALUES (1, 'one'), (2, 'two'), (3, 'three');
-- then
UPDATE key_values_swapped SET id = id + 1 ORDER BY id DESC;
UPDATE key_values_swapped SET id = CASE id WHEN 2 THEN 102 WHEN 3 THEN 103 ELSE 104 END;
DELETE FROM key_values_swapped WHERE id = 103;
INSERT INTO key_values_swapped VALUES (103, 'again');
REPLACE INTO key_values_swapped VALUES (103, 'more');

-- table: key_only
CREATE TABLE key_only (id INT NOT NULL PRIMARY KEY);
INSERT INTO key_only VALUES (1), (2), (3);

-- table: key_only_of_two
CREATE TABLE key_only_of_two (user_id INT NOT NULL, role_id INT NOT NULL, PRIMARY KEY (user_id, role_id), KEY role (role_id));
INSERT INTO key_only_of_two VALUES (1, 1), (1, 2), (2, 1);
-- then
DELETE FROM key_only_of_two WHERE user_id = 2;
UPDATE key_only_of_two SET role_id = 5 WHERE role_id = 2;

-- table: key_comes_last
CREATE TABLE key_comes_last (a VARCHAR(10), b INT, id INT NOT NULL AUTO_INCREMENT, KEY (b), PRIMARY KEY (id));
INSERT INTO key_comes_last VALUES ('x', 1, 1), ('y', 2, 2);
-- then
UPDATE key_comes_last SET id = 20 WHERE id = 2;
INSERT INTO key_comes_last (a, b) VALUES ('z', 3);

-- table: key_inline
CREATE TABLE key_inline (code VARCHAR(10) KEY, n INT UNIQUE KEY, m INT NOT NULL UNIQUE);
INSERT INTO key_inline VALUES ('a', 1, 1), ('b', NULL, 2);
-- then
UPDATE key_inline SET code = 'c' WHERE m = 2;
INSERT INTO key_inline VALUES ('d', NULL, 3);

-- table: generated_columns
CREATE TABLE generated_columns (id INT PRIMARY KEY, a INT, b INT AS (a * 2) STORED, c INT GENERATED ALWAYS AS (a + 1) VIRTUAL, d VARCHAR(30) AS (CONCAT('a=', a, ', (''x'')')) VIRTUAL, e DECIMAL(12,2) GENERATED ALWAYS AS (a / 3) STORED);
INSERT INTO generated_columns (id, a) VALUES (1, 10), (2, NULL), (3, -7);

-- table: generated_with_attributes
CREATE TABLE generated_with_attributes (id INT PRIMARY KEY, first VARCHAR(10), last VARCHAR(10), whole VARCHAR(25) GENERATED ALWAYS AS (CONCAT(first, ' ', last)) STORED UNIQUE COMMENT 'the "whole" name', n INT AS (CHAR_LENGTH(first)) VIRTUAL COMMENT 'letters', KEY by_n (n));
INSERT INTO generated_with_attributes (id, first, last) VALUES (1, 'Ada', 'Lovelace'), (2, 'Zoé', '');
-- then
UPDATE generated_with_attributes SET first = 'Anna' WHERE id = 1;
INSERT INTO generated_with_attributes (id, first, last) VALUES (3, NULL, 'x');
DELETE FROM generated_with_attributes WHERE id = 2;

-- table: generated_from_document
CREATE TABLE generated_from_document (id INT PRIMARY KEY, doc JSON, name VARCHAR(50) AS (JSON_UNQUOTE(JSON_EXTRACT(doc, '$.name'))) VIRTUAL, age INT AS (JSON_EXTRACT(doc, '$.age')) STORED, KEY (name));
INSERT INTO generated_from_document (id, doc) VALUES (1, '{"name": "Zoé", "age": 5}'), (2, NULL), (3, '{"name": "x"}');

-- table: generated_not_null mysql
CREATE TABLE generated_not_null (id INT PRIMARY KEY, a INT NOT NULL, b BIGINT GENERATED ALWAYS AS (a * 1000000007) STORED NOT NULL, c CHAR(9) CHARACTER SET ascii GENERATED ALWAYS AS (HEX(a)) VIRTUAL NOT NULL, UNIQUE KEY (b));
INSERT INTO generated_not_null (id, a) VALUES (1, 1), (2, 2);
-- then
UPDATE generated_not_null SET a = 10 WHERE id = 1;
INSERT INTO generated_not_null (id, a) VALUES (3, 3);
DELETE FROM generated_not_null WHERE id = 2;

-- table: invisible_columns mariadb
CREATE TABLE invisible_columns (id INT PRIMARY KEY, a INT, b INT INVISIBLE DEFAULT 7, c VARCHAR(5) INVISIBLE, d INT NOT NULL INVISIBLE DEFAULT 1);
INSERT INTO invisible_columns (id, a, b, c) VALUES (1, 1, 2, 'x'), (2, 2, NULL, NULL);

-- table: invisible_columns_of_mysql mysql
CREATE TABLE invisible_columns_of_mysql (id INT PRIMARY KEY, a INT, b INT DEFAULT 7 INVISIBLE, c VARCHAR(5) INVISIBLE COMMENT 'hidden');
INSERT INTO invisible_columns_of_mysql (id, a, b, c) VALUES (1, 1, 2, 'x'), (2, 2, NULL, NULL);

-- table: generated_primary_key mysql
SET SESSION sql_generate_invisible_primary_key = ON;
CREATE TABLE generated_primary_key (a INT, b VARCHAR(5));
SET SESSION sql_generate_invisible_primary_key = OFF;
INSERT INTO generated_primary_key VALUES (1, 'x'), (1, 'x');
-- then
INSERT INTO generated_primary_key VALUES (2, 'y');
UPDATE generated_primary_key SET b = 'z' LIMIT 1;

-- table: expression_defaults mysql
CREATE TABLE expression_defaults (id INT PRIMARY KEY, a INT DEFAULT (1 + 2), b VARCHAR(36) DEFAULT (UUID()), c DATE DEFAULT (CURRENT_DATE), d DOUBLE DEFAULT (RAND() * 10), e VARCHAR(20) DEFAULT (CONCAT('a', ',', ')')));
INSERT INTO expression_defaults (id) VALUES (1), (2);

-- table: expression_defaults_of_mariadb mariadb
CREATE TABLE expression_defaults_of_mariadb (id INT PRIMARY KEY, a INT DEFAULT (1 + 2), b VARCHAR(36) DEFAULT UUID(), c DATE DEFAULT CURDATE(), d VARCHAR(20) DEFAULT CONCAT('a', ',', ')'), e BIGINT DEFAULT (a * 2), f DATETIME DEFAULT (NOW() + INTERVAL 1 DAY) ON UPDATE CURRENT_TIMESTAMP);
INSERT INTO expression_defaults_of_mariadb (id) VALUES (1), (2);

-- table: checks
CREATE TABLE checks (id INT PRIMARY KEY, a INT CHECK (a > 0), b VARCHAR(10), c INT NOT NULL, CONSTRAINT b_is_known CHECK (b IN ('x', 'y,z', 'it''s')), CHECK (c <> 13 OR b IS NULL), CONSTRAINT CHECK (c < 1000));
INSERT INTO checks VALUES (1, 1, 'x', 1), (2, NULL, 'y,z', 2), (3, 5, NULL, 13);

-- table: indexes
CREATE TABLE indexes (id INT PRIMARY KEY, a VARCHAR(50), b TEXT, c INT, d INT, KEY k (a) COMMENT 'it''s', INDEX USING BTREE (c), KEY `odd ``name` (c, d), FULLTEXT KEY words (a, b), KEY by_prefix (b(10), a(5)));
INSERT INTO indexes VALUES (1, 'a', 'word and word', 1, 2), (2, NULL, NULL, NULL, NULL);

-- table: functional_indexes mysql
CREATE TABLE functional_indexes (id INT PRIMARY KEY, a INT, b VARCHAR(20), doc JSON, KEY f ((a + 1)), UNIQUE KEY u ((LOWER(b))), KEY m ((CAST(doc->'$.tags' AS UNSIGNED ARRAY))), KEY d (a DESC) INVISIBLE);
INSERT INTO functional_indexes VALUES (1, 1, 'X', '{"tags": [1, 2]}'), (2, NULL, NULL, NULL);
-- then
INSERT INTO functional_indexes VALUES (3, 5, 'Y', '{"tags": [3]}');
UPDATE functional_indexes SET b = 'zz', doc = '{"tags": []}' WHERE id = 1;
DELETE FROM functional_indexes WHERE id = 2;

-- table: functional_unique_only mysql
CREATE TABLE functional_unique_only (a INT NOT NULL, b VARCHAR(10) NOT NULL, UNIQUE KEY ((LOWER(b)), a));
INSERT INTO functional_unique_only VALUES (1, 'X'), (2, 'x');
-- then
UPDATE functional_unique_only SET b = 'Q' WHERE a = 1;
DELETE FROM functional_unique_only WHERE a = 2;

-- table: by_range
CREATE TABLE by_range (id INT NOT NULL, d DATE NOT NULL, v VARCHAR(5), PRIMARY KEY (id, d)) PARTITION BY RANGE (YEAR(d)) (PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN (2020), PARTITION pmax VALUES LESS THAN MAXVALUE);
INSERT INTO by_range VALUES (1, '1999-01-01', 'a'), (2, '2010-01-01', 'b'), (3, '2024-01-01', 'c');
-- then
UPDATE by_range SET d = '2021-01-01' WHERE id = 1;
DELETE FROM by_range WHERE id = 2;
INSERT INTO by_range VALUES (4, '1500-01-01', 'd');

-- table: by_list
CREATE TABLE by_list (id INT NOT NULL, region INT NOT NULL, v VARCHAR(5), PRIMARY KEY (id, region)) PARTITION BY LIST (region) (PARTITION north VALUES IN (1, 2, 3) COMMENT = 'it''s north', PARTITION south VALUES IN (4, 5));
INSERT INTO by_list VALUES (1, 1, 'a'), (2, 5, 'b');
-- then
UPDATE by_list SET region = 4 WHERE id = 1;
INSERT INTO by_list VALUES (3, 2, 'c');

-- table: by_hash
CREATE TABLE by_hash (id INT PRIMARY KEY, v INT) PARTITION BY HASH (id) PARTITIONS 4;
INSERT INTO by_hash VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5);

-- table: by_key_and_sub
CREATE TABLE by_key_and_sub (id INT NOT NULL, at DATE NOT NULL, v INT, PRIMARY KEY (id, at)) PARTITION BY RANGE COLUMNS (at) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION a VALUES LESS THAN ('2020-01-01'), PARTITION b VALUES LESS THAN (MAXVALUE));
INSERT INTO by_key_and_sub VALUES (1, '2019-01-01', 1), (2, '2024-01-01', 2);
-- then
UPDATE by_key_and_sub SET at = '2025-05-05' WHERE id = 1;
DELETE FROM by_key_and_sub WHERE id = 2;

-- table: parents
CREATE TABLE parents (id INT PRIMARY KEY, code CHAR(3) NOT NULL UNIQUE);
INSERT INTO parents VALUES (1, 'aaa'), (2, 'bbb'), (3, 'ccc');
-- then
INSERT INTO parents VALUES (4, 'ddd');
UPDATE parents SET code = 'zzz' WHERE id = 1;
DELETE FROM parents WHERE id = 3;

-- table: children
CREATE TABLE children (id INT PRIMARY KEY, parent_id INT, code CHAR(3), CONSTRAINT to_parent FOREIGN KEY (parent_id) REFERENCES parents (id), CONSTRAINT `odd name` FOREIGN KEY by_parent (parent_id) REFERENCES parents (id) ON DELETE RESTRICT ON UPDATE NO ACTION, KEY (code));
INSERT INTO children VALUES (1, 1, 'aaa'), (2, NULL, NULL), (3, 2, 'x');
-- then
UPDATE children SET parent_id = 2 WHERE id = 1;
DELETE FROM children WHERE id = 2;

-- table: refers_to_itself
CREATE TABLE refers_to_itself (id INT PRIMARY KEY, boss INT, FOREIGN KEY (boss) REFERENCES refers_to_itself (id));
INSERT INTO refers_to_itself VALUES (1, NULL), (2, 1), (3, 1);
-- then
UPDATE refers_to_itself SET boss = 2 WHERE id = 3;
INSERT INTO refers_to_itself VALUES (4, 3);

-- table: owners mysql
CREATE TABLE owners (id INT PRIMARY KEY, name VARCHAR(5));
INSERT INTO owners VALUES (1, 'a'), (2, 'b'), (3, 'c');
-- then
INSERT INTO owners VALUES (4, 'd');

-- table: owned mysql
CREATE TABLE owned (id INT PRIMARY KEY, owner_id INT, FOREIGN KEY (owner_id) REFERENCES owners (id) ON DELETE CASCADE ON UPDATE CASCADE);
INSERT INTO owned VALUES (1, 1), (2, 1), (3, 2), (4, 3);
-- then
DELETE FROM owners WHERE id = 1;
UPDATE owners SET id = 20 WHERE id = 2;

-- table: cascading mariadb refused: ON DELETE CASCADE
CREATE TABLE cascading (id INT PRIMARY KEY, parent_id INT, CONSTRAINT cascading_fk FOREIGN KEY (parent_id) REFERENCES parents (id) ON DELETE CASCADE);
INSERT INTO cascading VALUES (1, 2);
-- then
INSERT INTO cascading VALUES (2, 2);

-- table: row_formats
CREATE TABLE row_formats (id INT PRIMARY KEY, a VARCHAR(100)) ENGINE = InnoDB ROW_FORMAT = COMPRESSED KEY_BLOCK_SIZE = 8;
INSERT INTO row_formats VALUES (1, 'x'), (2, REPEAT('y', 100));

-- table: row_format_redundant
CREATE TABLE row_format_redundant (id INT PRIMARY KEY, a CHAR(50), b TEXT) ROW_FORMAT = REDUNDANT STATS_PERSISTENT = 0 CHECKSUM = 1 COMMENT 'old; "format"' MAX_ROWS = 1000;
INSERT INTO row_format_redundant VALUES (1, 'x', REPEAT('b', 3000)), (2, NULL, NULL);

-- table: many_columns
CREATE TABLE many_columns (id INT PRIMARY KEY, c01 INT, c02 VARCHAR(10), c03 DATE, c04 DECIMAL(8,2), c05 INT, c06 VARCHAR(10), c07 DATE, c08 DECIMAL(8,2), c09 INT, c10 VARCHAR(10), c11 DATE, c12 DECIMAL(8,2), c13 INT, c14 VARCHAR(10), c15 DATE, c16 DECIMAL(8,2), c17 INT, c18 VARCHAR(10), c19 DATE, c20 DECIMAL(8,2), c21 BIT(1), c22 TIME, c23 YEAR, c24 TINYINT(1));
INSERT INTO many_columns (id, c01, c12, c24, c21) VALUES (1, 1, 2.5, 1, b'1'), (2, NULL, NULL, NULL, NULL);
INSERT INTO many_columns (id, c02, c07, c23, c22) VALUES (3, 'x', '2024-01-01', 2024, '01:02:03');

-- table: all_at_once
CREATE TABLE IF NOT EXISTS all_at_once (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT, -- the key
  `uuid` char(36) NOT NULL, # another key
  `price` decimal(10,2) unsigned NOT NULL DEFAULT '0.00' COMMENT 'in EUR; VAT (20%) included',
  /* a comment, with a comma */ `status` enum('open','closed, really') NOT NULL DEFAULT 'open',
  `meta` json DEFAULT NULL,
  `created` timestamp NOT NULL DEFAULT current_timestamp,
  PRIMARY KEY (`id`), UNIQUE KEY `uuid_UNIQUE` (`uuid`)
) ENGINE=InnoDB AUTO_INCREMENT=1000 DEFAULT CHARSET=utf8mb4;
INSERT INTO all_at_once (uuid, price, status, meta) VALUES (UUID(), 1.5, 'open', '{"a": [1]}'), (UUID(), 0, 'closed, really', NULL);
-- then
INSERT INTO all_at_once (uuid, price) VALUES (UUID(), 99999999.99);
UPDATE all_at_once SET status = 'closed, really', price = price + 1 WHERE id = 1000;
DELETE FROM all_at_once WHERE id = 1001;

-- table: made_like
CREATE TABLE made_like LIKE composite_key;
INSERT INTO made_like SELECT * FROM composite_key;
-- then
DELETE FROM made_like LIMIT 1;

-- table: made_by_select
CREATE TABLE made_by_select AS SELECT 1 AS a, 'text' AS b, 1.50 AS c, NOW(3) AS d, 0.1e0 AS e, CAST(NULL AS DATE) AS f;
-- then
INSERT INTO made_by_select VALUES (2, 'b', 2.50, '2024-01-01 00:00:00.123', 0.2, '2024-01-01');

-- table: system_versioned mariadb refused: system-versioned
CREATE TABLE system_versioned (id INT PRIMARY KEY, v VARCHAR(5)) WITH SYSTEM VERSIONING;
INSERT INTO system_versioned VALUES (1, 'a'), (2, 'b');
-- then
UPDATE system_versioned SET v = 'z' WHERE id = 1;
DELETE FROM system_versioned WHERE id = 2;
INSERT INTO system_versioned VALUES (3, 'c');

-- table: application_period mariadb
CREATE TABLE application_period (id INT NOT NULL, start_on DATE NOT NULL, end_on DATE NOT NULL, PERIOD FOR valid (start_on, end_on), UNIQUE KEY (id, valid WITHOUT OVERLAPS));
INSERT INTO application_period VALUES (1, '2020-01-01', '2021-01-01'), (2, '2020-01-01', '2022-01-01');
-- then
DELETE FROM application_period FOR PORTION OF valid FROM '2020-03-01' TO '2020-06-01' WHERE id = 1;

-- table: long_unique mariadb refused: hidden column
CREATE TABLE long_unique (t TEXT NOT NULL, n INT, UNIQUE KEY (t));
INSERT INTO long_unique VALUES ('abc', 1), ('abd', 2);
-- then
UPDATE long_unique SET n = 5 WHERE t = 'abc';
DELETE FROM long_unique WHERE t = 'abd';

-- table: not_transactional
CREATE TABLE not_transactional (id INT PRIMARY KEY, v INT) ENGINE = MyISAM;
INSERT INTO not_transactional VALUES (1, 1);
-- then
INSERT INTO not_transactional VALUES (2, 2), (3, 3);
UPDATE not_transactional SET v = 5, id = 6 WHERE id = 2;
DELETE FROM not_transactional WHERE id = 1;

-- table: numbered_within_a_group
CREATE TABLE numbered_within_a_group (g CHAR(3) NOT NULL, n INT NOT NULL AUTO_INCREMENT, v TEXT, PRIMARY KEY (g, n), FULLTEXT KEY (v)) ENGINE = MyISAM ROW_FORMAT = DYNAMIC CHECKSUM = 1;
INSERT INTO numbered_within_a_group (g, v) VALUES ('a', 'one'), ('b', 'two'), ('a', 'three');
-- then
INSERT INTO numbered_within_a_group (g, v) VALUES ('b', 'four');
DELETE FROM numbered_within_a_group WHERE g = 'a' AND n = 2;

-- table: crash_safe mariadb
CREATE TABLE crash_safe (id INT PRIMARY KEY, v INT) ENGINE = Aria TRANSACTIONAL = 1 PAGE_CHECKSUM = 1;
INSERT INTO crash_safe VALUES (1, 1);
-- then
INSERT INTO crash_safe VALUES (2, 2), (3, 3);
DELETE FROM crash_safe WHERE id = 1;

-- table: comma_separated
CREATE TABLE comma_separated (n INT NOT NULL, t VARCHAR(20) NOT NULL) ENGINE = CSV;
INSERT INTO comma_separated VALUES (1, 'a,"b"'), (1, 'a,"b"');
-- then
UPDATE comma_separated SET t = 'c' WHERE n = 1;
INSERT INTO comma_separated VALUES (2, '');

-- table: archived mysql
CREATE TABLE archived (n INT NOT NULL, t VARCHAR(20)) ENGINE = ARCHIVE;
INSERT INTO archived VALUES (1, 'a'), (1, NULL);
-- then
INSERT INTO archived VALUES (2, 'b');

-- table: in_memory
CREATE TABLE in_memory (id INT PRIMARY KEY, v INT) ENGINE = MEMORY;
INSERT INTO in_memory VALUES (1, 1);
-- then
INSERT INTO in_memory VALUES (2, 2);
DELETE FROM in_memory WHERE id = 1;

-- table: hashed_in_memory
CREATE TABLE hashed_in_memory (a INT NOT NULL, b INT NOT NULL, UNIQUE KEY (a) USING HASH, UNIQUE KEY (b) USING BTREE) ENGINE = MEMORY;
INSERT INTO hashed_in_memory VALUES (1, 1);
-- then
UPDATE hashed_in_memory SET a = 2, b = 2;
INSERT INTO hashed_in_memory VALUES (1, 1);

-- table: merged refused: storage engine
CREATE TABLE merged (id INT PRIMARY KEY, v INT) ENGINE = MERGE UNION = ();

-- table: swallowed mysql refused: storage engine
CREATE TABLE swallowed (id INT PRIMARY KEY, v INT) ENGINE = BLACKHOLE;
