/** What requests to the API cost, beside what they change. */
import type { Deployment, Resource } from '../deployment';
import type { CostLine } from './cost-line';

/** How long a function is taken to answer. */
const ASSUMED_ANSWER_SECONDS = 0.1;

/** Per month; none where there is no API. */
export function requestLines(deployment: Deployment, millions: number): CostLine[] {
  if (deployment.of('aws_api_gateway_rest_api').length === 0) return [];
  const answering = deployment
    .of('aws_lambda_function')
    .filter((one) => /-api-[a-z]+$/.test(one.text('function_name')));
  const memoryGb = Math.max(...answering.map((one) => memoryMb(one))) / 1_024;
  return [
    {
      subject: 'Requests',
      price: 'api gateway rest',
      quantity: millions,
      basis: 'also those that are refused',
    },
    ...(deployment.of('aws_wafv2_web_acl').length === 0
      ? []
      : [
          {
            subject: 'Requests through the firewall',
            price: 'waf request' as const,
            quantity: millions,
            basis: 'also those that it stops',
          },
        ]),
    { subject: 'Functions, starts', price: 'lambda request', quantity: millions, basis: 'one per request' },
    {
      subject: 'Functions, time',
      price: 'lambda arm64',
      quantity: millions * 1_000_000 * ASSUMED_ANSWER_SECONDS * memoryGb,
      basis: `${ASSUMED_ANSWER_SECONDS} s per request, with the memory of the larger function`,
    },
  ];
}

const memoryMb = (one: Resource): number => Number(one.at('memory_size') ?? 0);
