CREATE DATABASE IF NOT EXISTS `bank`
  CHARACTER SET utf8mb4
  COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS `bank`.`txns` (
  `txn_id` bigint not null auto_increment,
  `account_no` varchar(64) not null,
  `date` date not null,
  `transaction_details` varchar(2000) null,
  `chip_used` tinyint(1) null CHECK (`chip_used` IN (0, 1)),
  `value_date` date null,
  `withdrawal_amt` decimal(18,2) null,
  `deposit_amt` decimal(18,2) null,
  `balance_amt` decimal(18,2) null,
  `ingested_at` datetime(6) not null,
  PRIMARY KEY (`txn_id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
GRANT INSERT ON `bank`.`txns` TO 'cdc_ingest'@'%';
GRANT SELECT, INSERT, DELETE ON `cdc_control`.`ingest_runs` TO 'cdc_ingest'@'%';
GRANT SELECT ON `bank`.`txns` TO 'cdc_reconcile'@'%';
GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'cdc_dms'@'%';
GRANT SELECT ON `bank`.`txns` TO 'cdc_dms'@'%';
GRANT LOCK TABLES ON `bank`.* TO 'cdc_dms'@'%';
GRANT LOCK TABLES ON `cdc\_heartbeat`.* TO 'cdc_dms'@'%';
GRANT SELECT ON `cdc_heartbeat`.`heartbeats` TO 'cdc_dms'@'%';
CREATE EVENT IF NOT EXISTS `cdc_heartbeat`.`beat`
  ON SCHEDULE EVERY 1 MINUTE
  DO
    INSERT INTO `cdc_heartbeat`.`heartbeats` (`id`, `beat_at`) VALUES (1, UTC_TIMESTAMP(6))
    ON DUPLICATE KEY UPDATE `beat_at` = UTC_TIMESTAMP(6)
