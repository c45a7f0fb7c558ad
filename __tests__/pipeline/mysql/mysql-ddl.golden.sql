CREATE DATABASE IF NOT EXISTS `bank`
  CHARACTER SET utf8mb4
  COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS `bank`.`txns` (
  `txn_id` bigint NOT NULL AUTO_INCREMENT,
  `account_no` varchar(64) NOT NULL,
  `date` date NOT NULL,
  `transaction_details` varchar(2000) NULL,
  `chip_used` tinyint(1) NULL CHECK (`chip_used` IN (0, 1)),
  `value_date` date NULL,
  `withdrawal_amt` decimal(18,2) NULL,
  `deposit_amt` decimal(18,2) NULL,
  `balance_amt` decimal(18,2) NULL,
  `ingested_at` datetime(6) NOT NULL,
  PRIMARY KEY (`txn_id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
GRANT INSERT ON `bank`.`txns` TO 'cdc_ingest'@'%';
GRANT SELECT, INSERT, DELETE ON `cdc_control`.`ingest_runs` TO 'cdc_ingest'@'%';
GRANT SELECT ON `bank`.`txns` TO 'cdc_reconcile'@'%';
GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'cdc_dms'@'%';
GRANT SELECT ON `bank`.`txns` TO 'cdc_dms'@'%';
GRANT LOCK TABLES ON `bank`.* TO 'cdc_dms'@'%'
