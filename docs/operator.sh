# shellcheck shell=bash
# Short commands for operating one environment; the runbooks use them. Needs bash, AWS CLI 2, jq, and the credentials of
# someone who may operate it.
#
#     source docs/operator.sh dev
#
# Names come from cdktf.json, as in the stacks. A HANDLER is a name in handlers/, such as load-staged-batches.

CDC_ENVIRONMENT=${1:?"use: source docs/operator.sh ENVIRONMENT"}
cdc_setting() {
  jq -er --arg environment "$CDC_ENVIRONMENT" \
    ".context as \$all | (\$all.environments[\$environment] // error(\"no such environment\")) as \$own | \$own.$1 // \$all.$1" \
    "$(dirname "${BASH_SOURCE[0]}")/../cdktf.json"
}
CDC=$(cdc_setting project) || return
CDC=$CDC-$CDC_ENVIRONMENT
CDC_ACCOUNT=$(cdc_setting accountId)
CDC_DATABASE=$(cdc_setting redshift.database)
AWS_REGION=$(cdc_setting region)
export AWS_REGION AWS_PAGER=''
DATA=s3://$CDC-$CDC_ACCOUNT-data
TASK=arn:aws:dms:$AWS_REGION:$CDC_ACCOUNT:task:$CDC-mysql

# The alarms that are firing, and since when.
firing() {
  aws cloudwatch describe-alarms --alarm-types MetricAlarm CompositeAlarm --alarm-name-prefix "$CDC-" \
    --state-value ALARM --output table \
    --query '[MetricAlarms,CompositeAlarms][].{alarm:AlarmName,since:StateUpdatedTimestamp}'
}

# metric NAMESPACE NAME STATISTIC DIMENSION=VALUE…: the last three hours, one line per five minutes.
metric() {
  local namespace=$1 name=$2 statistic=$3 dimension dimensions=()
  shift 3
  for dimension; do dimensions+=("Name=${dimension%%=*},Value=${dimension#*=}"); done
  aws cloudwatch get-metric-statistics --namespace "$namespace" --metric-name "$name" --statistics "$statistic" \
    --dimensions "${dimensions[@]}" --period 300 --output text \
    --start-time "$(jq -nr 'now - 10800 | todate')" --end-time "$(jq -nr 'now | todate')" \
    --query "sort_by(Datapoints,&Timestamp)[].[Timestamp,$statistic]"
}

# The statements that kept MySQL busiest in the last hour. People have no direct access to MySQL.
top_sql() {
  aws pi get-resource-metrics --service-type RDS --period-in-seconds 3600 \
    --identifier "$(aws rds describe-db-instances --db-instance-identifier "$CDC-mysql" --output text \
      --query 'DBInstances[0].DbiResourceId')" \
    --start-time "$(jq -nr 'now - 7200 | todate')" --end-time "$(jq -nr 'now | todate')" \
    --metric-queries '[{"Metric":"db.load.avg","GroupBy":{"Group":"db.sql_tokenized","Limit":10}}]' --output json |
    jq -r '.MetricList[] | select(.Key.Dimensions) |
      [(.DataPoints | map(.Value // 0) | max), .Key.Dimensions["db.sql_tokenized.statement"]] | @tsv'
}

# failures HANDLER [SINCE]: what its failed runs reported; SINCE defaults to 3h.
failures() {
  aws logs tail "/aws/lambda/$CDC-$1" --since "${2:-3h}" --format short \
    --filter-pattern '{ ($.level = "ERROR") || ($.record.status = "timeout") || ($.record.status = "error") }' |
    sed 's/^[^{]*//' |
    jq -c '{time: (.timestamp // .time), code, message: (.error.message // .record.status // .message)}'
}

# outcomes HANDLER [SINCE]: the line that each run reports per table, and its warnings; SINCE defaults to 1h.
outcomes() {
  aws logs tail "/aws/lambda/$CDC-$1" --since "${2:-1h}" --format short \
    --filter-pattern '{ ($.level = "INFO") || ($.level = "WARN") }' |
    sed 's/^[^{]*//' |
    jq -c 'select(.outcome != null or .level == "WARN")
      | del(.level, .service, .cold_start, .xray_trace_id, .function_arn, .function_name, .function_memory_size)'
}

# run HANDLER [EVENT]: runs it now, waits, and prints its result.
run() {
  local answer event=${2:-} failure
  answer=$(mktemp)
  failure=$(aws lambda invoke --function-name "$CDC-$1" --cli-binary-format raw-in-base64-out --cli-read-timeout 0 \
    --payload "${event:-"{}"}" --query FunctionError --output text "$answer") || return
  jq . "$answer"
  rm -f "$answer"
  [ "$failure" = None ]
}

# warehouse SQL…: runs statements as the warehouse admin, several in one transaction; prints the rows of a single one as
# tab-separated text.
warehouse() {
  local known named secret id described execute=(execute-statement --sql "$1")
  [ $# -eq 1 ] || execute=(batch-execute-statement --sqls "$@")
  # Set-up knows the warehouse, whichever kind it is of, and the secret of its admin.
  known=$(aws lambda get-function-configuration --function-name "$CDC-prepare-warehouse" --output json \
    --query Environment.Variables) || return
  named=$(jq -r 'if .WORKGROUP_NAME then "--workgroup-name=\(.WORKGROUP_NAME)" else "--cluster-identifier=\(.CLUSTER_IDENTIFIER)" end' <<<"$known")
  secret=$(jq -r .WAREHOUSE_ADMIN_SECRET_ARN <<<"$known")
  id=$(aws redshift-data "${execute[@]}" "$named" --database "$CDC_DATABASE" \
    --secret-arn "$secret" --statement-name operator --query Id --output text) || return
  while described=$(aws redshift-data describe-statement --id "$id" --output json); do
    case $(jq -r .Status <<<"$described") in
    FINISHED) break ;;
    FAILED | ABORTED)
      jq -r '.Error // .Status' <<<"$described" >&2
      return 1
      ;;
    esac
    sleep 1
  done
  if [ "$(jq -r .HasResultSet <<<"$described")" != true ]; then
    echo done
    return
  fi
  aws redshift-data get-statement-result --id "$id" --output json |
    jq -r '[.ColumnMetadata[].name], (.Records[] | map(if .isNull then "NULL" else to_entries[0].value end)) | @tsv'
}

# alter [--empty] [--yes] SCHEMA.TABLE [OLD=NEW…]: what brings a target to the catalogue, with columns that have another name
# now; with --empty no row is taken over, and the source fills the table again; with --yes it is done, with the task stopped.
# Then deploy the pipeline stack again.
alter() {
  local confirm=false empty=false
  [ "$1" != --empty ] || { empty=true && shift; }
  [ "$1" != --yes ] || { confirm=true && shift; }
  run prepare-warehouse "$(jq -nc --arg table "$1" --argjson confirm "$confirm" --argjson empty "$empty" '{change: {
    table: $table, confirm: $confirm, empty: $empty,
    renamed: ($ARGS.positional | map(split("=") | {(.[0]): .[1]}) | add // {})}}' --args -- "${@:2}")"
}

# pause HANDLER, resume HANDLER: its schedule. While it is paused, missed-runs fires after 15 minutes; the next apply of the
# pipeline stack resumes it.
pause() { schedule_state "$1" DISABLED; }
resume() { schedule_state "$1" ENABLED; }
schedule_state() {
  local file
  file=$(mktemp)
  aws scheduler get-schedule --group-name "$CDC" --name "$CDC-$1" --output json |
    jq --arg state "$2" 'del(.Arn, .CreationDate, .LastModificationDate) | .State = $state' >"$file" &&
    aws scheduler update-schedule --cli-input-json "file://$file" >/dev/null &&
    echo "the schedule of $1 is $2"
  rm -f "$file"
}

# The replication task: its state, its tables, stop and start. Its schedule would restart a stopped task within minutes.
task() {
  aws dms describe-replication-tasks --filters "Name=replication-task-arn,Values=$TASK" --without-settings \
    --query 'ReplicationTasks[0].{status:Status,stopped:StopReason,failure:LastFailureMessage,position:RecoveryCheckpoint,tables:ReplicationTaskStats}'
}
task_tables() {
  aws dms describe-table-statistics --replication-task-arn "$TASK" --output table --query \
    'TableStatistics[].{table:join(`"."`,[SchemaName,TableName]),state:TableState,loaded:FullLoadRows,inserts:Inserts,updates:Updates,deletes:Deletes,errors:FullLoadErrorRows}'
}
stop_task() {
  pause start-replication-task &&
    aws dms stop-replication-task --replication-task-arn "$TASK" --query 'ReplicationTask.Status' --output text &&
    aws dms wait replication-task-stopped --filters "Name=replication-task-arn,Values=$TASK" &&
    echo 'the replication task is stopped'
}
start_task() {
  resume start-replication-task && run start-replication-task
}

# task_set JQ: changes the task's settings, as in  task_set '.FullLoadSettings.MaxFullLoadSubTasks = 4'.
# The task must be stopped. DMS returns two settings that it does not accept.
task_set() {
  local settings
  settings=$(aws dms describe-replication-tasks --filters "Name=replication-task-arn,Values=$TASK" --output text \
    --query 'ReplicationTasks[0].ReplicationTaskSettings' |
    jq -c "del(.Logging.CloudWatchLogGroup, .Logging.CloudWatchLogStream) | $1") || return
  aws dms modify-replication-task --replication-task-arn "$TASK" --replication-task-settings "$settings" \
    --query 'ReplicationTask.Status' --output text
}

# Tests both DMS connections now.
test_connections() {
  local instance endpoint
  instance=$(aws dms describe-replication-instances --filters "Name=replication-instance-id,Values=$CDC-replication" \
    --query 'ReplicationInstances[0].ReplicationInstanceArn' --output text)
  for endpoint in "$CDC-mysql-source" "$CDC-warehouse-target"; do
    endpoint=$(aws dms describe-endpoints --filters "Name=endpoint-id,Values=$endpoint" \
      --query 'Endpoints[0].EndpointArn' --output text)
    aws dms test-connection --replication-instance-arn "$instance" --endpoint-arn "$endpoint" >/dev/null
    aws dms wait test-connection-succeeds --filters "Name=endpoint-arn,Values=$endpoint"
    aws dms describe-connections --filters "Name=endpoint-arn,Values=$endpoint" --output table \
      --query 'Connections[].{endpoint:EndpointIdentifier,status:Status,failure:LastFailureMessage}'
  done
}

# dead_letters HANDLER: shows up to ten, without removing them. clear_dead_letters HANDLER: deletes all of them permanently.
dead_letters() {
  aws sqs receive-message --queue-url "$(queue_url "$1")" --max-number-of-messages 10 --visibility-timeout 5 \
    --message-attribute-names All --output json |
    jq '.Messages // [] | .[] | {attributes: (.MessageAttributes // {} | map_values(.StringValue)),
      body: (.Body as $body | try ($body | fromjson) catch $body)}'
}
clear_dead_letters() { aws sqs purge-queue --queue-url "$(queue_url "$1")"; }
queue_url() { aws sqs get-queue-url --queue-name "$CDC-$1-dead-letters" --query QueueUrl --output text; }

# Stages the records that the dead letters of stage-stream-records name. It reads them from the stream, which keeps them for
# 24 hours. A letter is deleted only when all of its records were staged; one that still fails stays, and the next is tried.
redrive_stream() {
  local queue message id handle failure staged=0 seen=' ' left=()
  queue=$(queue_url stage-stream-records) || return
  # Letters that stay are hidden until the end; one that comes twice says that all were tried.
  while message=$(aws sqs receive-message --queue-url "$queue" --visibility-timeout 3600 --output json) &&
    [ -n "$message" ] && id=$(jq -er '.Messages[0].MessageId' <<<"$message"); do
    handle=$(jq -r '.Messages[0].ReceiptHandle' <<<"$message")
    case $seen in *" $id "*) left+=("$handle") && break ;; esac
    seen+="$id "
    if failure=$(redrive_letter "$(jq -r '.Messages[0].Body' <<<"$message")"); then
      aws sqs delete-message --queue-url "$queue" --receipt-handle "$handle"
      staged=$((staged + 1))
    else
      echo "not staged, so the letter stays: $id: $failure" >&2
      left+=("$handle")
    fi
  done
  for handle in "${left[@]}"; do
    aws sqs change-message-visibility --queue-url "$queue" --receipt-handle "$handle" --visibility-timeout 0
  done
  echo "$staged staged, ${#left[@]} left; the next load takes what was staged"
  [ ${#left[@]} -eq 0 ]
}

# redrive_letter BODY: stages the records of one letter, or prints why it cannot.
redrive_letter() {
  local events answer
  if ! events=$(stream_records "$(stream_batch "$1")" 2>/dev/null); then
    echo 'the stream no longer has these records: see docs/operate.md, "Backfill a DynamoDB table"'
    return 1
  fi
  # Otherwise the function would write another letter instead of reporting that it still cannot take the record.
  jq '.isRedrive = true' "$events" >"$events.redrive" && mv "$events.redrive" "$events"
  answer=$(run stage-stream-records "file://$events" | jq -c .)
  rm -f "$events"
  [ "$answer" = '{"batchItemFailures":[]}' ] && return
  echo "$answer"
  return 1
}

# stream_batch LETTER: the records that a letter stands for. Lambda's own letters name them; those of the function name one
# record, whose shard is looked up. Sequence numbers have no fixed length, so they are compared with leading zeros.
stream_batch() {
  local stream number shard
  if jq -e .DDBStreamBatchInfo <<<"$1" >/dev/null; then
    jq -c .DDBStreamBatchInfo <<<"$1"
    return
  fi
  stream=$(jq -er .streamArn <<<"$1") && number=$(jq -er .sequenceNumber <<<"$1") || return
  shard=$(aws dynamodbstreams describe-stream --stream-arn "$stream" --output json | jq -er --arg number "$number" '
    def padded: ("0" * 40 + .)[-40:];
    first(.StreamDescription.Shards[] | select((.SequenceNumberRange.StartingSequenceNumber | padded) <= ($number | padded)
      and (.SequenceNumberRange.EndingSequenceNumber // ("9" * 40) | padded) >= ($number | padded))).ShardId') || return
  jq -nc --arg stream "$stream" --arg shard "$shard" --arg number "$number" \
    '{streamArn: $stream, shardId: $shard, startSequenceNumber: $number, endSequenceNumber: $number}'
}

# stream_records BATCH: writes a file with the event that Lambda would have sent for the batch that a dead letter names.
stream_records() {
  local stream last iterator page file
  stream=$(jq -er .streamArn <<<"$1") && last=$(jq -er .endSequenceNumber <<<"$1") || return
  iterator=$(aws dynamodbstreams get-shard-iterator --stream-arn "$stream" \
    --shard-id "$(jq -r .shardId <<<"$1")" --shard-iterator-type AT_SEQUENCE_NUMBER \
    --sequence-number "$(jq -r .startSequenceNumber <<<"$1")" --query ShardIterator --output text) || return
  file=$(mktemp)
  while [ "$iterator" != null ] && ! jq -se --arg last "$last" 'any(.[]; .dynamodb.SequenceNumber == $last)' "$file" >/dev/null; do
    page=$(TZ=UTC aws dynamodbstreams get-records --shard-iterator "$iterator" --output json) || return
    # The command line writes times as text, Lambda as seconds.
    jq -c --arg stream "$stream" '.Records[] | .eventSourceARN = $stream | .dynamodb.ApproximateCreationDateTime
      |= (if type == "string" then (.[0:19] + "Z" | fromdate) else . end)' <<<"$page" >>"$file"
    iterator=$(jq -r .NextShardIterator <<<"$page")
  done
  jq -s --arg last "$last" '(map(.dynamodb.SequenceNumber) | index($last) // error("not in the stream")) as $at
    | {Records: .[0:$at + 1]}' "$file" >"$file.json" && rm -f "$file" && echo "$file.json"
}

# backfill TABLE: scans a DynamoDB table into staged files, step by step, until it is done; the next load takes them.
backfill() {
  local answer event="{\"table\": \"$1\"}"
  while answer=$(run backfill-tables "$event") && jq -c '.tables[0]' <<<"$answer"; do
    [ "$(jq -r '.tables[0].isDone' <<<"$answer")" = true ] && return
    event="{\"table\": \"$1\", \"continue\": true}"
  done
  return 1
}

# forget TABLE KEY [SORT-KEY]: removes every copy of an item that DynamoDB no longer has, step by step, and prints what each
# step removed. The key is in this shell's history.
forget() {
  local answer event
  event=$(jq -nc --arg table "$1" '{table: $table, key: $ARGS.positional}' --args -- "${@:2}")
  while answer=$(run forget-item "$event"); do
    jq -c '.copies' <<<"$answer"
    [ "$(jq -r .isDone <<<"$answer")" = true ] && return
    event=$(jq -c --argjson next "$(jq .next <<<"$answer")" '.next = $next' <<<"$event")
  done
  jq -r '.errorMessage // .' <<<"$answer" >&2
  return 1
}

# replay TABLE FROM TO: puts files back that were loaded from FROM until before TO (2026-01-31T12:00:00Z); the next load takes them.
# Not the end of a backfill, nor what an earlier replay put back. A file of a backfill stays in the backfill's folder.
replay() {
  local key name id count=0
  id=$(date -u +%Y%m%d%H%M%S)
  while IFS= read -r key; do
    name=${key#"loaded/$1/"}
    case $name in backfill-*) name=${name%%/*}/replay-$id-${name#*/} ;; *) name=replay-$id/$name ;; esac
    aws s3 cp --only-show-errors "$DATA/$key" "$DATA/incoming/$1/$name" </dev/null || return
    count=$((count + 1))
  done < <(aws s3api list-objects-v2 --bucket "${DATA#s3://}" --prefix "loaded/$1/" --output json |
    jq -r --arg from "$2" --arg to "$3" 'def time: .[0:19] + "Z" | fromdate;
      .Contents // [] | .[] | select((.LastModified | time) >= ($from | time) and (.LastModified | time) < ($to | time)) | .Key
      | select(test("/replay-|/backfill-[0-9]+/end.json$") | not)')
  echo "$count put back; the next load takes them"
}

# touch_items TABLE <KEYS: changes each item and changes it back, so that it appears in the stream again, unchanged. One key
# per line, as DynamoDB JSON. A deleted item stays deleted.
touch_items() {
  local key names expression
  while IFS= read -r key; do
    names=$(jq -c '{"#key": keys[0], "#touched": "cdc_touched"}' <<<"$key")
    for expression in 'SET #touched = #key' 'REMOVE #touched'; do
      aws dynamodb update-item --table-name "$CDC-$1" --key "$key" --update-expression "$expression" \
        --condition-expression 'attribute_exists(#key)' --expression-attribute-names "$names" || break
    done
  done
}
