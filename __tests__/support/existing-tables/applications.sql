-- Tables as applications have them.

-- table: blog_posts
CREATE TABLE blog_posts (id bigint(20) unsigned NOT NULL auto_increment, author bigint(20) unsigned NOT NULL default '0', post_date datetime NOT NULL default '2000-01-01 00:00:00', content longtext NOT NULL, title text NOT NULL, status varchar(20) NOT NULL default 'publish', guid varchar(255) NOT NULL default '', menu_order int(11) NOT NULL default '0', PRIMARY KEY (id), KEY type_status (status, post_date, id), KEY guid (guid(191)));
INSERT INTO blog_posts (id, content, title) VALUES (1, 'first\n\n<p>"text"</p>', 'a'), (2, '', 'b'), (3, REPEAT('long ', 5000), 'c');

-- table: shop_orders
CREATE TABLE shop_orders (order_id INT UNSIGNED NOT NULL, line SMALLINT NOT NULL, total DECIMAL(10,2) NOT NULL DEFAULT 0.00, placed_at DATETIME NOT NULL, changed_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, customer VARCHAR(80) NOT NULL, notes TEXT, doc JSON, state ENUM('new','paid','sent') NOT NULL DEFAULT 'new', tags SET('gift','fragile'), express TINYINT(1) NOT NULL DEFAULT 0, photo BLOB, flags BIT(12), vintage YEAR, took TIME, PRIMARY KEY (order_id, line));
INSERT INTO shop_orders VALUES (4294967295, 1, 12.30, '2024-02-29 23:59:59', '2024-03-10 02:30:00', 'Zoé', 'né', '{"z": 1.0}', 'paid', 'fragile,gift', 1, x'00ff00', b'101010101010', 1901, '-838:59:59'), (2, 1, 0, '2024-01-01 00:00:00', NULL, '', NULL, NULL, 'new', '', 0, NULL, NULL, NULL, NULL);
-- then
UPDATE shop_orders SET state = 'sent', notes = 'much later', express = 127 WHERE order_id = 2;
INSERT INTO shop_orders (order_id, line, placed_at, customer) VALUES (3, 1, NOW(), 'c'), (3, 2, NOW(), 'c');
DELETE FROM shop_orders WHERE order_id = 4294967295;
UPDATE shop_orders SET order_id = 9 WHERE line = 2;

-- table: sessions
CREATE TABLE sessions (id varchar(128) NOT NULL, data blob NOT NULL, lifetime int unsigned NOT NULL, time int unsigned NOT NULL, PRIMARY KEY (id), KEY expiry (lifetime)) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO sessions VALUES ('aB', x'00', 1440, 1700000000), ('ab', 'text', 1440, 4294967295);
-- then
UPDATE sessions SET data = x'ff00', time = 5 WHERE id = 'ab';
DELETE FROM sessions WHERE id = 'aB';

-- table: audit_log
CREATE TABLE audit_log (at DATETIME(3) NOT NULL, who VARCHAR(64), what TEXT, KEY (at));
INSERT INTO audit_log VALUES ('2024-01-01 00:00:00.123', 'a', 'login'), ('2024-01-01 00:00:00.123', 'a', 'login');
-- then
INSERT INTO audit_log VALUES ('2024-01-01 00:00:00.123', 'a', 'login'), ('2024-01-02 00:00:00', NULL, NULL);
DELETE FROM audit_log WHERE who = 'a' LIMIT 2;

-- table: events_by_month
CREATE TABLE events_by_month (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, happened DATE NOT NULL, kind ENUM('view','buy') NOT NULL, PRIMARY KEY (id, happened)) PARTITION BY RANGE (TO_DAYS(happened)) (PARTITION m1 VALUES LESS THAN (TO_DAYS('2024-02-01')), PARTITION m2 VALUES LESS THAN (TO_DAYS('2024-03-01')), PARTITION rest VALUES LESS THAN MAXVALUE);
INSERT INTO events_by_month (happened, kind) VALUES ('2024-01-05', 'view'), ('2024-02-05', 'buy');
-- then
INSERT INTO events_by_month (happened, kind) VALUES ('2030-01-05', 'view');
UPDATE events_by_month SET happened = '2024-02-06' WHERE happened = '2024-01-05';

-- table: tree_nodes
CREATE TABLE tree_nodes (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, parent INT UNSIGNED DEFAULT NULL, lft INT NOT NULL, rgt INT NOT NULL, name VARCHAR(100) COLLATE utf8mb4_unicode_ci NOT NULL, CONSTRAINT tree_parent FOREIGN KEY (parent) REFERENCES tree_nodes (id) ON DELETE NO ACTION);
INSERT INTO tree_nodes VALUES (1, NULL, 1, 4, 'root'), (2, 1, 2, 3, 'leaf');
-- then
UPDATE tree_nodes SET lft = lft + 10, rgt = rgt + 10;
INSERT INTO tree_nodes VALUES (3, 2, 5, 6, 'deeper');

-- table: translations
CREATE TABLE translations (entity_id INT NOT NULL, locale CHAR(5) CHARACTER SET ascii NOT NULL, field VARCHAR(32) NOT NULL, text MEDIUMTEXT NOT NULL, UNIQUE KEY uq (entity_id, locale, field));
INSERT INTO translations VALUES (1, 'de_DE', 'title', 'Größe'), (1, 'ru_RU', 'title', 'Размер'), (1, 'ja_JP', 'title', '大きさ');
-- then
UPDATE translations SET text = 'Maß' WHERE locale = 'de_DE';
UPDATE translations SET locale = 'ru_BY' WHERE locale = 'ru_RU';
DELETE FROM translations WHERE locale = 'ja_JP';

-- table: measurements
CREATE TABLE measurements (sensor SMALLINT UNSIGNED NOT NULL, at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), value FLOAT NOT NULL, exact DOUBLE, quality TINYINT UNSIGNED, PRIMARY KEY (sensor, at)) ROW_FORMAT = COMPACT;
INSERT INTO measurements VALUES (1, '2024-01-01 00:00:00.000001', 0.1, 0.1, 255), (1, '2024-01-01 00:00:00.000002', 1e-10, 1e-300, NULL), (65535, '2024-01-01 00:00:00', 16777216, 9007199254740993, 0);
-- then
UPDATE measurements SET value = 3.14159274, exact = value WHERE sensor = 1;
DELETE FROM measurements WHERE sensor = 65535;

-- table: user_accounts
CREATE TABLE user_accounts (id MEDIUMINT UNSIGNED NOT NULL AUTO_INCREMENT, email VARCHAR(191) NOT NULL, password_hash BINARY(60) NOT NULL, is_admin BOOLEAN NOT NULL DEFAULT FALSE, last_ip VARBINARY(16), born DATE, balance DECIMAL(19,4) NOT NULL DEFAULT '0.0000', settings JSON, PRIMARY KEY (id), UNIQUE KEY email (email));
INSERT INTO user_accounts (id, email, password_hash, last_ip, settings) VALUES (1, 'a@example.org', 'x', x'7f000001', '{"a": {"b": [true, null]}}'), (2, 'B@EXAMPLE.ORG', REPEAT('y', 60), NULL, NULL);
-- then
UPDATE user_accounts SET is_admin = TRUE, balance = -0.0001, born = '1970-01-01' WHERE id = 2;
UPDATE user_accounts SET id = 16777215, email = 'A@example.org' WHERE id = 1;
INSERT INTO user_accounts (id, email, password_hash) VALUES (3, '', x'00');
DELETE FROM user_accounts WHERE id = 2;

-- table: queue_jobs
CREATE TABLE queue_jobs (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, queue VARCHAR(255) NOT NULL, payload LONGTEXT NOT NULL, attempts TINYINT UNSIGNED NOT NULL, reserved_at INT UNSIGNED DEFAULT NULL, INDEX jobs_queue_index (queue));
INSERT INTO queue_jobs VALUES (1, 'mail', '{"job": "x"}', 0, NULL), (2, 'mail', 'O:8:"stdClass":1:{s:1:"a";i:1;}', 255, 1700000000);
-- then
DELETE FROM queue_jobs WHERE id = 1;
UPDATE queue_jobs SET attempts = attempts - 1, reserved_at = NULL;
INSERT INTO queue_jobs (queue, payload, attempts) VALUES ('sms', '', 0);

-- table: key_value
CREATE TABLE key_value (k VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, v LONGBLOB, PRIMARY KEY (k)) COMMENT = 'k → v';
INSERT INTO key_value VALUES ('a', x'00'), ('A', NULL), ('', 'empty key'), ('ключ', x'ffff');
-- then
REPLACE INTO key_value VALUES ('a', x'01'), ('new', 'n');
DELETE FROM key_value WHERE k = '';
INSERT INTO key_value VALUES ('A', 'x') ON DUPLICATE KEY UPDATE v = CONCAT('was ', k);

-- table: loaded_in_bulk
CREATE TABLE loaded_in_bulk (id INT PRIMARY KEY, v VARCHAR(20) NOT NULL);
INSERT INTO loaded_in_bulk VALUES (1, 'a'), (2, 'b'), (3, 'c');
-- then
INSERT INTO loaded_in_bulk SELECT a.id + 10 * b.id + 100, CONCAT(a.v, b.v) FROM loaded_in_bulk a CROSS JOIN loaded_in_bulk b;
UPDATE loaded_in_bulk a JOIN loaded_in_bulk b ON a.id = b.id + 100 SET a.v = b.v;
DELETE a FROM loaded_in_bulk a WHERE a.id BETWEEN 111 AND 121;

-- table: emptied
CREATE TABLE emptied (id INT PRIMARY KEY, v VARCHAR(5));
INSERT INTO emptied VALUES (1, 'a'), (2, 'b');
-- then
TRUNCATE TABLE emptied;
INSERT INTO emptied VALUES (2, 'again');

-- table: written_in_one_transaction
CREATE TABLE written_in_one_transaction (id INT PRIMARY KEY, v INT);
INSERT INTO written_in_one_transaction VALUES (1, 1), (2, 2);
-- then
BEGIN;
INSERT INTO written_in_one_transaction VALUES (3, 3);
UPDATE written_in_one_transaction SET v = 30 WHERE id = 3;
DELETE FROM written_in_one_transaction WHERE id = 1;
INSERT INTO written_in_one_transaction VALUES (1, 10);
UPDATE written_in_one_transaction SET id = 4 WHERE id = 2;
COMMIT;

-- table: never_filled
CREATE TABLE never_filled (id INT PRIMARY KEY, v TEXT NOT NULL, w GEOMETRY NOT NULL);
-- then

-- table: filled_later
CREATE TABLE filled_later (id INT PRIMARY KEY, v TEXT);
-- then
INSERT INTO filled_later VALUES (1, 'first');
