/**
 * Runs one Lambda handler in a process of its own, one invocation at a time, as the Node.js runtime of Lambda does.
 * Plain JavaScript: the process is started with nothing but the bundle, so that a bundle that needs more fails here too.
 *
 *     node host.cjs <code folder> <file.export>
 */
const { existsSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const [, , codeFolder, handlerName] = process.argv;

/** Ends the lines of an invocation on both streams: its result may come through another pipe sooner. */
const LINES_END = '\u0000end-of-invocation ';

let handler;
let current;

// The parent was killed: nobody awaits the result, and nobody would end this process.
process.on('disconnect', () => process.exit(1));
process.on('message', (message) => void invoke(message));
process.on('unhandledRejection', (reason) =>
  abandon(describeError(reason, 'Runtime.UnhandledPromiseRejection'), 128),
);
process.on('uncaughtException', (error) => abandon(describeError(error), 129));

void start();

async function start() {
  forbidForeignModules();
  try {
    handler = await loadHandler();
    process.send({ type: 'ready' });
  } catch (error) {
    process.send({ type: 'failed-to-start', error: describeError(error, startErrorType(error)) }, () =>
      process.exit(1),
    );
  }
}

/** In Lambda there is no node_modules above the code; a bundle must not find the one of this project. */
function forbidForeignModules() {
  const pathsOf = Module._nodeModulePaths;
  Module._nodeModulePaths = (from) => pathsOf(from).filter((path) => path.startsWith(codeFolder));
}

async function loadHandler() {
  const dot = handlerName.lastIndexOf('.');
  const [file, exported] = [handlerName.slice(0, dot), handlerName.slice(dot + 1)];
  const path = ['.js', '.mjs', '.cjs']
    .map((ending) => join(codeFolder, file + ending))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw named('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  }
  const loaded = path.endsWith('.mjs') ? await import(pathToFileURL(path).href) : require(path);
  const found = loaded[exported];
  if (typeof found !== 'function') {
    throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  }
  return found;
}

function named(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}

function startErrorType(error) {
  if (error instanceof SyntaxError) return 'Runtime.UserCodeSyntaxError';
  const isMissing = error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND';
  return isMissing ? 'Runtime.ImportModuleError' : undefined;
}

async function invoke({ requestId, payload, deadlineMs, traceId, functionArn }) {
  current = requestId;
  process.env._X_AMZN_TRACE_ID = traceId;
  try {
    const returned = await handler(JSON.parse(payload), contextOf({ requestId, deadlineMs, functionArn }));
    finish({ payload: serialize(returned) });
  } catch (error) {
    finish({ error: describeError(error) });
  }
}

function serialize(returned) {
  try {
    return JSON.stringify(returned) ?? 'null';
  } catch (error) {
    throw named('Runtime.MarshalError', `Unable to stringify response body: ${error.message}`);
  }
}

function contextOf({ requestId, deadlineMs, functionArn }) {
  const name = process.env.AWS_LAMBDA_FUNCTION_NAME;
  // What is left does not change when the time of day is set.
  const endsAt = performance.now() + deadlineMs - Date.now();
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: functionArn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => endsAt - performance.now(),
  };
}

function finish(outcome, afterwards) {
  const requestId = current;
  if (requestId === undefined) return;
  current = undefined;
  process.stdout.write(`${LINES_END}${requestId}\n`);
  process.stderr.write(`${LINES_END}${requestId}\n`);
  // maxRSS is in kilobytes.
  const maxMemoryBytes = process.resourceUsage().maxRSS * 1024;
  process.send({ type: 'done', requestId, maxMemoryBytes, ...outcome }, afterwards);
}

/** An error that no handler caught: it is reported, then the process ends, as in Lambda. */
function abandon(error, exitCode) {
  process.stderr.write(`${JSON.stringify(error)}\n`);
  if (current === undefined) process.exit(exitCode);
  finish({ error, isLast: true }, () => process.exit(exitCode));
}

function describeError(error, type) {
  if (!(error instanceof Error)) return { errorType: type ?? typeof error, errorMessage: String(error) };
  return {
    errorType: type ?? error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
}
