const QUEUE_URL = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com\/(\d{12})\/([A-Za-z0-9_.-]{1,80})$/;

/** The ARN of the queue that a URL names; empty for a text that is no URL of a queue. */
export function queueArnOf(url: string): string {
  const [, region, account, name] = QUEUE_URL.exec(url) ?? [];
  return name === undefined ? '' : `arn:aws:sqs:${region}:${account}:${name}`;
}
