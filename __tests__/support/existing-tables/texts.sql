-- Characters, bytes, labels and documents.

-- table: chars
CREATE TABLE chars (id INT PRIMARY KEY, a CHAR, b CHAR(5) NOT NULL, c CHAR(255), d CHARACTER(10), e NCHAR(4), f NATIONAL CHAR(4), g NATIONAL CHARACTER(3));
INSERT INTO chars VALUES (1, 'x', 'foo  ', REPEAT('é', 255), 'ten', 'né', 'ü', 'ab'), (2, '', '', NULL, '  lead', ' ', 'abcd', ''), (3, NULL, ' a', '', NULL, NULL, NULL, NULL);

-- table: varchars
CREATE TABLE varchars (id INT PRIMARY KEY, a VARCHAR(1), b VARCHAR(20) NOT NULL DEFAULT '', c VARCHAR(255), d VARCHAR(256), e VARCHAR(4000) CHARACTER SET utf8mb4, f CHARACTER VARYING(10), g CHAR VARYING(10), h NVARCHAR(10), i NATIONAL VARCHAR(10), j NCHAR VARYING(10), k NATIONAL CHARACTER VARYING(10), l NCHAR VARCHAR(10));
INSERT INTO varchars VALUES (1, 'x', 'foo  ', REPEAT('a', 255), REPEAT('b', 256), REPEAT('😀', 4000), 'f', 'g', 'h', 'i', 'j', 'k', 'l'), (2, '', '', NULL, '', 'NULL', ' ', '', '\\N', 'null', '"', ',', '\t'), (3, NULL, 'a\nb\r\n"c",\\N\t''d''', 'a,b', '''', 'x\0y', NULL, NULL, NULL, NULL, NULL, NULL, NULL);

-- table: varchar_zero
CREATE TABLE varchar_zero (id INT PRIMARY KEY, a VARCHAR(0), b CHAR(0), c VARBINARY(0), d BINARY(0));
INSERT INTO varchar_zero VALUES (1, '', '', '', ''), (2, NULL, NULL, NULL, NULL);

-- table: long_varchar
CREATE TABLE long_varchar (id INT PRIMARY KEY, a VARCHAR(16000) CHARACTER SET utf8mb4) ROW_FORMAT = DYNAMIC;
INSERT INTO long_varchar VALUES (1, REPEAT('ä', 16000)), (2, '');

-- table: longest_varchar
CREATE TABLE longest_varchar (id INT PRIMARY KEY, a VARCHAR(65000) CHARACTER SET latin1);
INSERT INTO longest_varchar VALUES (1, REPEAT('e', 65000)), (2, REPEAT('é', 30000)), (3, NULL);

-- table: longs
CREATE TABLE longs (id INT PRIMARY KEY, a LONG, b LONG VARCHAR, c LONG VARBINARY, d LONG CHAR VARYING);
INSERT INTO longs VALUES (1, 'a', 'b', 'c', 'd'), (2, NULL, '', '', NULL);

-- table: texts
CREATE TABLE texts (id INT PRIMARY KEY, a TINYTEXT, b TEXT, c MEDIUMTEXT NOT NULL, d LONGTEXT, e TEXT(100), f TEXT(70000) CHARACTER SET latin1, g BLOB(200));
INSERT INTO texts VALUES (1, REPEAT('t', 255), REPEAT('né ', 5000), REPEAT('m', 60000), 'l', 'e', 'f', 'g'), (2, '', '', '', '', '', '', ''), (3, NULL, NULL, 'x', NULL, NULL, NULL, NULL);

-- table: text_in_sets
CREATE TABLE text_in_sets (id INT PRIMARY KEY, a VARCHAR(20) CHARACTER SET latin1, b VARCHAR(20) CHARACTER SET latin2, c CHAR(20) CHARACTER SET cp1250, d TEXT CHARACTER SET cp1251, e VARCHAR(20) CHARACTER SET koi8r, f TEXT CHARACTER SET greek, g CHAR(20) CHARACTER SET ascii);
INSERT INTO text_in_sets VALUES (1, 'café €', 'Łódź', 'Žluťoučký', 'Привет', 'Привет', 'Γαζέες', 'plain'), (2, '', '', '', '', '', '', ''), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

-- table: text_in_wide_sets
CREATE TABLE text_in_wide_sets (id INT PRIMARY KEY, a VARCHAR(20) CHARACTER SET ucs2, b TEXT CHARACTER SET utf16, c VARCHAR(20) CHARACTER SET utf32, d CHAR(10) CHARACTER SET utf16le, e VARCHAR(20) CHARACTER SET utf8, f VARCHAR(20) CHARACTER SET utf8mb4);
INSERT INTO text_in_wide_sets VALUES (1, 'Γαζ', 'x😀', 'y😀', 'z😀', 'né日本', '👩‍👩‍👧'), (2, ' ', '', '', ' ', '', ''), (3, NULL, NULL, NULL, NULL, NULL, NULL);

-- table: text_of_asia
CREATE TABLE text_of_asia (id INT PRIMARY KEY, a VARCHAR(20) CHARACTER SET gbk, b VARCHAR(20) CHARACTER SET big5, c TEXT CHARACTER SET sjis, d VARCHAR(20) CHARACTER SET ujis, e VARCHAR(20) CHARACTER SET euckr, f VARCHAR(20) CHARACTER SET gb2312, g VARCHAR(20) CHARACTER SET cp932, h VARCHAR(20) CHARACTER SET tis620);
INSERT INTO text_of_asia VALUES (1, '你好', '繁體', '日本語', '日本語丂', '한국어', '简体', '日本語①', 'ภาษาไทย'), (2, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

-- table: text_of_gb18030 mysql
CREATE TABLE text_of_gb18030 (id INT PRIMARY KEY, a VARCHAR(40) CHARACTER SET gb18030, b TEXT CHARACTER SET gb18030);
INSERT INTO text_of_gb18030 VALUES (1, '你好 café €', 'x😀𠀀'), (2, '', 'ascii'), (3, NULL, NULL);

-- table: collations
CREATE TABLE collations (id INT PRIMARY KEY, a VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, b VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci, c VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, d VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german1_ci, e VARCHAR(20) BINARY, f CHAR(4) CHARACTER SET latin1 BINARY, g TEXT COLLATE utf8mb4_swedish_ci);
INSERT INTO collations VALUES (1, 'Straße', 'STRASSE', 'é', 'ß', 'b', 'f', 'å'), (2, 'e\u0301', 'é', 'E', 'ss', 'B', 'F', 'Å');

-- table: table_set
CREATE TABLE table_set (id INT PRIMARY KEY, a VARCHAR(20), b TEXT, c ENUM('ж','я')) DEFAULT CHARSET = cp1251 COLLATE = cp1251_general_ci;
INSERT INTO table_set VALUES (1, 'Привет', 'мир', 'я'), (2, '', NULL, 'ж');

-- table: case_insensitive_key
CREATE TABLE case_insensitive_key (name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL PRIMARY KEY, n INT);
INSERT INTO case_insensitive_key VALUES ('alpha', 1), ('Beta', 2), ('émile', 3);
-- then
UPDATE case_insensitive_key SET name = 'ALPHA' WHERE n = 1;
UPDATE case_insensitive_key SET n = 20 WHERE name = 'BETA';
REPLACE INTO case_insensitive_key VALUES ('EMILE', 30);
INSERT INTO case_insensitive_key VALUES ('gamma', 4) ON DUPLICATE KEY UPDATE n = 5;
INSERT INTO case_insensitive_key VALUES ('GAMMA', 4) ON DUPLICATE KEY UPDATE n = 6;

-- table: blank_padded_key
CREATE TABLE blank_padded_key (code CHAR(8) NOT NULL, part VARCHAR(8) NOT NULL, n INT, PRIMARY KEY (code, part));
INSERT INTO blank_padded_key VALUES ('a ', 'x ', 1), ('a', 'y', 2);
-- then
UPDATE blank_padded_key SET part = 'x' WHERE n = 1;
UPDATE blank_padded_key SET code = 'b ' WHERE n = 2;

-- table: binaries
CREATE TABLE binaries (id INT PRIMARY KEY, a BINARY, b BINARY(4) NOT NULL, c BINARY(16), d BINARY(255), e CHAR(4) BYTE, f CHAR(6) CHARACTER SET binary);
INSERT INTO binaries VALUES (1, x'00', x'ff000000', UNHEX('123e4567e89b12d3a456426614174000'), REPEAT(x'00', 255), x'01', x'0102'), (2, x'ff', x'01', x'00', x'ff', '', ''), (3, NULL, '', NULL, NULL, NULL, NULL);

-- table: varbinaries
CREATE TABLE varbinaries (id INT PRIMARY KEY, a VARBINARY(4), b VARBINARY(255) NOT NULL, c VARBINARY(256), d VARBINARY(8000), e VARCHAR(5) CHARACTER SET binary);
INSERT INTO varbinaries VALUES (1, x'9f00', x'fd', REPEAT(x'00ff', 128), REPEAT('z', 8000), 'abc'), (2, '', '', '', '', ''), (3, NULL, x'2000', NULL, NULL, NULL);

-- table: blobs
CREATE TABLE blobs (id INT PRIMARY KEY, a TINYBLOB, b BLOB, c MEDIUMBLOB NOT NULL, d LONGBLOB, e TEXT CHARACTER SET binary);
INSERT INTO blobs VALUES (1, x'00010203', x'fd00ff', REPEAT(x'ab', 32000), 'l', x'ff'), (2, '', '', '', '', ''), (3, NULL, NULL, x'00', NULL, NULL);

-- table: binary_key
CREATE TABLE binary_key (id BINARY(16) NOT NULL PRIMARY KEY, v INT);
INSERT INTO binary_key VALUES (UNHEX('00000000000000000000000000000000'), 1), (UNHEX('123e4567e89b12d3a456426614174000'), 2), (x'ff', 3);
-- then
UPDATE binary_key SET id = x'fe' WHERE v = 3;
DELETE FROM binary_key WHERE v = 1;
INSERT INTO binary_key VALUES (x'0100', 4);

-- table: varbinary_key
CREATE TABLE varbinary_key (k VARBINARY(20) NOT NULL, v INT, PRIMARY KEY (k));
INSERT INTO varbinary_key VALUES ('a', 1), (x'6100', 2), ('', 3);
-- then
UPDATE varbinary_key SET v = v * 10;
DELETE FROM varbinary_key WHERE k = x'6100';

-- table: enums
CREATE TABLE enums (id INT PRIMARY KEY, a ENUM('sm','med','lg') NOT NULL, b ENUM('it''s','say "x"','m,d','back\\slash','(p)','%','`'), c ENUM('Да','Нет') CHARACTER SET cp1251, d ENUM('x') DEFAULT 'x', e ENUM('','empty'), f ENUM('1','0','2'));
INSERT INTO enums VALUES (1, 'sm', 'it''s', 'Да', 'x', '', '0'), (2, 'lg', 'm,d', 'Нет', NULL, 'empty', '1'), (3, 'med', 'back\\slash', NULL, 'x', NULL, 2), (4, 'med', '(p)', NULL, 'x', NULL, NULL), (5, 'sm', 'say "x"', NULL, NULL, '', '2');

-- table: enum_invalid
CREATE TABLE enum_invalid (id INT PRIMARY KEY, a ENUM('a','b') NOT NULL, b SET('x','y'));
SET SESSION sql_mode = '';
INSERT INTO enum_invalid VALUES (1, 'none', 'x,none'), (2, '', ''), (3, 0, 3);
-- then
SET SESSION sql_mode = '';
UPDATE enum_invalid SET a = 'no', b = 'q' WHERE id = 3;
UPDATE enum_invalid SET a = 'b' WHERE id = 1;
DELETE FROM enum_invalid WHERE id = 2;

-- table: enum_of_many
CREATE TABLE enum_of_many (id INT PRIMARY KEY, a ENUM('a001','a002','a003','a004','a005','a006','a007','a008','a009','a010','a011','a012','a013','a014','a015','a016','a017','a018','a019','a020'), b ENUM('Äpfel','Öl','Übel') CHARACTER SET latin1);
INSERT INTO enum_of_many VALUES (1, 'a001', 'Äpfel'), (2, 'a020', 'Übel');

-- table: enum_key
CREATE TABLE enum_key (k ENUM('A','C','B','D') NOT NULL, n INT NOT NULL, v VARCHAR(5), PRIMARY KEY (k, n));
INSERT INTO enum_key VALUES ('A', 1, 'a'), ('B', 1, 'b'), ('C', 1, 'c'), ('D', 1, 'd');
-- then
UPDATE enum_key SET k = 'A', n = 2 WHERE k = 'D';
UPDATE enum_key SET v = 'zz' WHERE k = 'C';
DELETE FROM enum_key WHERE k = 'B';

-- table: sets
CREATE TABLE sets (id INT PRIMARY KEY, a SET('a','b','c') NOT NULL DEFAULT 'a,c', b SET('it''s','q"q','back\\slash'), c SET('да','нет') CHARACTER SET cp1251, d SET('x'));
INSERT INTO sets VALUES (1, 'c,a', 'it''s,back\\slash', 'нет,да', 'x'), (2, '', '', '', ''), (3, 'a,b,c', 'q"q', NULL, NULL);

-- table: set_of_64
CREATE TABLE set_of_64 (id INT PRIMARY KEY, a SET('s1','s2','s3','s4','s5','s6','s7','s8','s9','s10','s11','s12','s13','s14','s15','s16','s17','s18','s19','s20','s21','s22','s23','s24','s25','s26','s27','s28','s29','s30','s31','s32','s33','s34','s35','s36','s37','s38','s39','s40','s41','s42','s43','s44','s45','s46','s47','s48','s49','s50','s51','s52','s53','s54','s55','s56','s57','s58','s59','s60','s61','s62','s63','s64'));
INSERT INTO set_of_64 VALUES (1, 's1,s64'), (2, 's64'), (3, 's1,s2,s33,s34,s63'), (4, 18446744073709551615), (5, NULL);

-- table: documents
CREATE TABLE documents (id INT PRIMARY KEY, a JSON, b JSON NOT NULL);
INSERT INTO documents VALUES (1, '{}', '[]'), (2, '"str"', '1'), (3, 'null', 'true'), (4, NULL, '{"z": 1.0, "aa": 2, "n": [1234567890123456789, 9007199254740993, -0.5]}'), (5, '{"é😀": "a\\"b\\\\c\\n", "e": ""}', '[[[[]]], {"a": {"b": {"c": null}}}]'), (6, CONCAT('{"long": "', REPEAT('x', 40000), '"}'), '[1, 1.5, 1e3, "1"]');

-- table: documents_partly_changed
CREATE TABLE documents_partly_changed (id INT PRIMARY KEY, doc JSON);
INSERT INTO documents_partly_changed VALUES (1, '{"a": 1, "b": {"c": [1, 2, 3]}}'), (2, '{"a": 2}');
-- then
UPDATE documents_partly_changed SET doc = JSON_SET(doc, '$.b.c[1]', 'two') WHERE id = 1;
UPDATE documents_partly_changed SET doc = JSON_REMOVE(doc, '$.a') WHERE id = 2;
INSERT INTO documents_partly_changed VALUES (3, JSON_OBJECT('k', JSON_ARRAY(1, NULL, 'x'), 'd', 1.50));

-- table: document_defaults mysql
CREATE TABLE document_defaults (id INT PRIMARY KEY, a JSON DEFAULT (JSON_OBJECT('a', 1)), b JSON NOT NULL DEFAULT (JSON_ARRAY()), c TEXT DEFAULT ('text'), d BLOB DEFAULT (x'00ff'));
INSERT INTO document_defaults (id) VALUES (1), (2);

-- table: text_defaults mariadb
CREATE TABLE text_defaults (id INT PRIMARY KEY, a TEXT DEFAULT 'it''s', b BLOB DEFAULT 'x', c LONGTEXT DEFAULT (CONCAT('a', 'b')), d JSON DEFAULT '{"a": 1}');
INSERT INTO text_defaults (id) VALUES (1), (2);

-- table: compressed_columns mariadb
CREATE TABLE compressed_columns (id INT PRIMARY KEY, a TEXT COMPRESSED, b VARCHAR(2000) COMPRESSED, c BLOB COMPRESSED, d VARBINARY(500) COMPRESSED DEFAULT 'd');
INSERT INTO compressed_columns VALUES (1, REPEAT('abc ', 5000), REPEAT('é', 1000), REPEAT(x'00', 5000), x'00'), (2, '', '', '', ''), (3, NULL, NULL, NULL, NULL), (4, 'short', 'x', 'y', 'z');

-- table: points
CREATE TABLE points (id INT PRIMARY KEY, a POINT, b POINT NOT NULL, c GEOMETRY);
INSERT INTO points VALUES (1, ST_GeomFromText('POINT(1 2)'), ST_GeomFromText('POINT(-0.5 1e10)'), ST_GeomFromText('POINT(1 1)', 4326)), (2, NULL, ST_GeomFromText('POINT(0 0)'), ST_GeomFromText('LINESTRING(0 0, 1 1)'));

-- table: shapes
CREATE TABLE shapes (id INT PRIMARY KEY, a LINESTRING, b POLYGON, c MULTIPOINT, d MULTILINESTRING, e MULTIPOLYGON, f GEOMETRYCOLLECTION);
INSERT INTO shapes VALUES (1, ST_GeomFromText('LINESTRING(0 0, 1 1, 2 0)'), ST_GeomFromText('POLYGON((0 0, 0 4, 4 4, 4 0, 0 0), (1 1, 1 2, 2 2, 1 1))'), ST_GeomFromText('MULTIPOINT(0 0, 1 1)'), ST_GeomFromText('MULTILINESTRING((0 0, 1 1), (2 2, 3 3))'), ST_GeomFromText('MULTIPOLYGON(((0 0, 0 1, 1 1, 0 0)))'), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1), LINESTRING(0 0, 1 1))')), (2, NULL, NULL, NULL, NULL, NULL, NULL);

-- table: places mysql
CREATE TABLE places (id INT PRIMARY KEY, a POINT NOT NULL SRID 4326, b GEOMETRY SRID 0, c GEOMCOLLECTION, SPATIAL INDEX (a));
INSERT INTO places VALUES (1, ST_GeomFromText('POINT(48.1 11.5)', 4326), ST_GeomFromText('POINT(1 2)'), ST_GeomFromText('GEOMETRYCOLLECTION EMPTY')), (2, ST_GeomFromText('POINT(-33 151)', 4326), NULL, NULL);

-- table: places_with_index mariadb
CREATE TABLE places_with_index (id INT PRIMARY KEY, a POINT NOT NULL, b POINT REF_SYSTEM_ID = 4326, SPATIAL INDEX (a));
INSERT INTO places_with_index VALUES (1, ST_GeomFromText('POINT(48.1 11.5)'), ST_GeomFromText('POINT(48.1 11.5)', 4326)), (2, ST_GeomFromText('POINT(-33 151)'), NULL);

-- table: vectors mysql
CREATE TABLE vectors (id INT PRIMARY KEY, a VECTOR(3), v INT);
INSERT INTO vectors VALUES (1, STRING_TO_VECTOR('[1,2,3]'), 1), (2, NULL, 2);

-- table: uuids mariadb
CREATE TABLE uuids (id INT PRIMARY KEY, a UUID, b UUID NOT NULL DEFAULT UUID(), c INET6, d INET4);
INSERT INTO uuids VALUES (1, '123e4567-e89b-12d3-a456-426614174000', '00112233-4455-1677-0899-aabbccddeeff', '2001:db8::ff00:42:8329', '1.2.3.4'), (2, NULL, '01890f3e-1234-7abc-8def-0123456789ab', '::ffff:1.2.3.4', '255.255.255.255'), (3, NULL, '00000000-0000-0000-0000-000000000000', '::', '0.0.0.0');

-- table: uuid_key mariadb
CREATE TABLE uuid_key (k UUID NOT NULL PRIMARY KEY, v INT);
INSERT INTO uuid_key VALUES ('123e4567-e89b-12d3-a456-426614174000', 1), ('01890f3e-1234-7abc-8def-0123456789ab', 2);
-- then
UPDATE uuid_key SET v = 20 WHERE v = 2;
UPDATE uuid_key SET k = '223e4567-e89b-12d3-a456-426614174000' WHERE v = 1;

-- table: uuid_text_key
CREATE TABLE uuid_text_key (id CHAR(36) NOT NULL PRIMARY KEY, body VARCHAR(10)) DEFAULT CHARSET = ascii;
INSERT INTO uuid_text_key VALUES ('123e4567-e89b-12d3-a456-426614174000', 'a'), ('223e4567-e89b-12d3-a456-426614174000', 'b');
-- then
DELETE FROM uuid_text_key WHERE body = 'a';
UPDATE uuid_text_key SET body = 'c' WHERE body = 'b';

-- table: text_quotes
CREATE TABLE text_quotes (id INT PRIMARY KEY COMMENT 'it''s the "key", (really); -- yes', a VARCHAR(20) DEFAULT 'a''b,c)' COMMENT 'ends with a backslash \\', b VARCHAR(20) DEFAULT "say \"x\"" COMMENT "double 'quoted'", c VARCHAR(20) DEFAULT '/* no comment */' COMMENT '# none, -- none') COMMENT = 'a table; with ''quotes''';
INSERT INTO text_quotes (id) VALUES (1), (2);
INSERT INTO text_quotes VALUES (3, '''', '"', '\\');
