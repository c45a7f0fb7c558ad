-- Names of tables and columns.

-- table: `order`
CREATE TABLE `order` (`select` INT PRIMARY KEY, `from` VARCHAR(5), `table` INT, `group` INT, `user` INT, `tag` INT, `default` INT, `key` INT, `check` INT);
INSERT INTO `order` VALUES (1, 'a', 1, 2, 3, 4, 5, 6, 7), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
-- then
UPDATE `order` SET `group` = 9, `select` = 3 WHERE `select` = 2;
INSERT INTO `order` (`select`) VALUES (2);

-- table: `index`
CREATE TABLE `index` (`primary` INT, `unique` INT NOT NULL, `constraint` INT, `foreign` INT, `fulltext` INT, `period` INT, `index` INT, PRIMARY KEY (`unique`));
INSERT INTO `index` VALUES (1, 1, 1, 1, 1, 1, 1), (2, 2, 2, 2, 2, 2, 2);
-- then
UPDATE `index` SET `primary` = 5 WHERE `unique` = 1;

-- table: `select`
CREATE TABLE `select` (id INT PRIMARY KEY, `generated` INT, `comment` VARCHAR(5) COMMENT 'comment', `charset` INT, `collate` INT, `null` INT, `unsigned` INT UNSIGNED, `zerofill` INT, `as` INT, `on` INT);
INSERT INTO `select` VALUES (1, 1, 'a', 1, 1, 1, 1, 1, 1, 1), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

-- table: `with space`
CREATE TABLE `with space` (id INT PRIMARY KEY, `a column` INT, `two  blanks` INT, `tab	here` INT);
INSERT INTO `with space` VALUES (1, 1, 2, 3), (2, NULL, NULL, NULL);

-- table: `with-dash`
CREATE TABLE `with-dash` (id INT PRIMARY KEY, `a-b` INT, `c+d` INT, `e/f` INT, `g&h` INT);
INSERT INTO `with-dash` VALUES (1, 1, 2, 3, 4), (2, NULL, NULL, NULL, NULL);

-- table: `with.dot`
CREATE TABLE `with.dot` (id INT PRIMARY KEY, `a.b` INT, `.` INT, `c.` INT);
INSERT INTO `with.dot` VALUES (1, 1, 2, 3), (2, NULL, NULL, NULL);

-- table: `back``tick`
CREATE TABLE `back``tick` (id INT PRIMARY KEY, `a``b` INT, ```` INT);
INSERT INTO `back``tick` VALUES (1, 1, 2), (2, NULL, NULL);

-- table: `shares\2024`
CREATE TABLE `shares\2024` (id INT PRIMARY KEY, v VARCHAR(5));
INSERT INTO `shares\2024` VALUES (1, 'a'), (2, NULL);
-- then
UPDATE `shares\2024` SET v = 'b' WHERE id = 2;

-- table: `quo'te"s`
CREATE TABLE `quo'te"s` (id INT PRIMARY KEY, `it's` INT, `say "x"` INT, `back\slash` INT, `semi;colon` INT, `(p)` INT, `{a}` INT, `[b]` INT);
INSERT INTO `quo'te"s` VALUES (1, 1, 2, 3, 4, 5, 6, 7), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

-- table: `Capital`
CREATE TABLE `Capital` (Id INT PRIMARY KEY, `firstName` VARCHAR(10), `LAST_NAME` VARCHAR(10), `ÄÖ` INT);
INSERT INTO `Capital` VALUES (1, 'a', 'b', 1), (2, NULL, NULL, NULL);
-- then
UPDATE `Capital` SET firstname = 'z', last_name = 'y' WHERE id = 1;
DELETE FROM `Capital` WHERE ID = 2;

-- table: `UPPER_CASE`
CREATE TABLE `UPPER_CASE` (ID INT PRIMARY KEY, VALUE_OF INT);
INSERT INTO `UPPER_CASE` VALUES (1, 1), (2, NULL);

-- table: `名前`
CREATE TABLE `名前` (id INT PRIMARY KEY, `列` VARCHAR(10), `Имя` VARCHAR(10), `ñandú` INT, `ελ` INT);
INSERT INTO `名前` VALUES (1, '値', 'значение', 1, 2), (2, NULL, NULL, NULL, NULL);

-- table: `größe`
CREATE TABLE `größe` (id INT PRIMARY KEY, `straße` VARCHAR(10), `ÉTÉ` INT);
INSERT INTO `größe` VALUES (1, 'weg', 1), (2, NULL, NULL);

-- table: `123`
CREATE TABLE `123` (id INT PRIMARY KEY, `1` INT, `2nd` INT, `3.5` INT, `1e5` INT);
INSERT INTO `123` VALUES (1, 1, 2, 3, 4), (2, NULL, NULL, NULL, NULL);

-- table: `_leading`
CREATE TABLE `_leading` (id INT PRIMARY KEY, `_a` INT, `__b__` INT, `_` INT);
INSERT INTO `_leading` VALUES (1, 1, 2, 3), (2, NULL, NULL, NULL);

-- table: my_sales
CREATE TABLE my_sales (id INT PRIMARY KEY, a_b INT, axb INT, `a%b` INT);
INSERT INTO my_sales VALUES (1, 1, 2, 3), (2, NULL, NULL, NULL);

-- table: my1sales
CREATE TABLE my1sales (id INT PRIMARY KEY, v VARCHAR(20));
INSERT INTO my1sales VALUES (1, 'another table'), (2, NULL);

-- table: `per%cent`
CREATE TABLE `per%cent` (id INT PRIMARY KEY, `100%` INT, `%` INT, `a_%` INT);
INSERT INTO `per%cent` VALUES (1, 1, 2, 3), (2, NULL, NULL, NULL);

-- table: `dollar$hash#at@`
CREATE TABLE `dollar$hash#at@` (id INT PRIMARY KEY, `$a` INT, a$b INT, `#c` INT, `@d` INT, `e!` INT, `f?` INT, `g:h` INT, `-- i` INT, `/* j */` INT);
INSERT INTO `dollar$hash#at@` VALUES (1, 1, 2, 3, 4, 5, 6, 7, 8, 9), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

-- table: a_name_of_as_many_letters_as_mysql_takes_for_a_table_which_are64
CREATE TABLE a_name_of_as_many_letters_as_mysql_takes_for_a_table_which_are64 (id INT PRIMARY KEY, a_name_of_as_many_letters_as_mysql_takes_for_a_column_that_is64 INT);
INSERT INTO a_name_of_as_many_letters_as_mysql_takes_for_a_table_which_are64 VALUES (1, 1), (2, NULL);

-- table: constructor
CREATE TABLE constructor (id INT PRIMARY KEY, `toString` INT, `__proto__` INT, `hasOwnProperty` INT, `length` INT);
INSERT INTO constructor VALUES (1, 1, 2, 3, 4), (2, NULL, NULL, NULL, NULL);

-- table: names_of_redshift
CREATE TABLE names_of_redshift (id INT PRIMARY KEY, `oid` INT, `tableoid` INT, `ctid` INT, `xmin` INT, `cmin` INT, `timestamp` DATETIME, `date` DATE, `super` INT, `identity` INT, `encode` INT, `distkey` INT, `sortkey` INT, `offset` INT, `analyse` INT);
INSERT INTO names_of_redshift (id, `timestamp`, `date`) VALUES (1, '2024-01-01 00:00:00', '2024-01-01'), (2, NULL, NULL);

-- table: names_of_the_pipeline
CREATE TABLE names_of_the_pipeline (id INT PRIMARY KEY, bucket INT, row_count INT, hash_sum INT, item INT, _cdc_flags INT, target INT, source INT, seen_rows INT);
INSERT INTO names_of_the_pipeline VALUES (1, 1, 2, 3, 4, 5, 6, 7, 8), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

