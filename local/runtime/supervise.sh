# Runs one engine and ends it together with the process that started this one, whatever happened to that process.
#
#   sh supervise.sh PID_FILE GRACE_SECONDS COMMAND [ARGUMENT …] < pipe held by the parent
#
# The parent never writes to the pipe. When it ends, kill -9 included, the system closes its end: the read returns, the
# engine gets SIGTERM, and SIGKILL after the grace. A parent that stops the engine in order closes the pipe itself.
# Exits with the engine's exit code, or 128 + the number of the signal that ended it.

pid_file=$1
grace=$2
shift 2

# An engine reads nothing, and must not hold the pipe.
exec 3<&0 </dev/null
"$@" 3<&- &
engine=$!
echo "$engine" >"$pid_file"

(
  read -r _ <&3
  kill -TERM "$engine" 2>/dev/null
  tenths=$((grace * 10))
  while [ "$tenths" -gt 0 ] && kill -0 "$engine" 2>/dev/null; do
    sleep 0.1
    tenths=$((tenths - 1))
  done
  kill -KILL "$engine" 2>/dev/null
) 3<&3 &
watcher=$!

trap 'kill -TERM "$engine" 2>/dev/null' TERM HUP INT
wait "$engine"
code=$?
# A signal to this shell ends the wait early; the engine's own end is what counts.
while kill -0 "$engine" 2>/dev/null; do
  wait "$engine"
  code=$?
done
kill -KILL "$watcher" 2>/dev/null
# The next start may have written its own already.
[ "$(cat "$pid_file" 2>/dev/null)" = "$engine" ] && rm -f "$pid_file"
exit "$code"
