/**
 * Who may ask the page's server. It listens on the loopback address, which every program and every open tab of this
 * machine reaches, so that each request is looked at:
 *
 * - Host must be the address itself: a name that somebody makes resolve to 127.0.0.1 (DNS rebinding) is another one.
 * - Data and actions need the token of the link, as a header that no other site can make a browser send.
 * - What changes something must come from the page: Origin and, where the browser sends it, Sec-Fetch-Site.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface GuardedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface PageAddress {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly token: string;
}

export interface RefusedRequest {
  readonly status: 401 | 403 | 405;
  readonly message: string;
}

/** Data and actions; all else are the files of the page, which are no secret. */
export const API_PREFIX = '/api/';

/** Why a request is not answered; undefined when it may be. */
export function refuseRequest(request: GuardedRequest, address: PageAddress): RefusedRequest | undefined {
  const { method, path, headers } = request;
  if (headers.host !== address.host) {
    return { status: 403, message: `this server answers to ${address.host} only` };
  }
  if (method !== 'GET' && method !== 'POST') return { status: 405, message: 'GET or POST' };
  if (!path.startsWith(API_PREFIX)) {
    return method === 'GET' ? undefined : { status: 405, message: 'files are read with GET' };
  }
  return refuseStranger(request, `http://${address.host}`) ?? refuseToken(headers, address.token);
}

function refuseStranger({ method, headers }: GuardedRequest, own: string): RefusedRequest | undefined {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  const isOwn = origin === own || (origin === undefined && method === 'GET');
  if (isOwn && (site === undefined || site === 'same-origin')) return undefined;
  return { status: 403, message: 'only the page itself may ask that' };
}

function refuseToken({ authorization }: IncomingHttpHeaders, token: string): RefusedRequest | undefined {
  if (authorization !== undefined && isSameText(authorization, `Bearer ${token}`)) return undefined;
  return {
    status: 401,
    message:
      'the token is missing, or of an earlier run: open the link that this run printed when it started',
  };
}

/** Takes as long for every text, however much of it is right. */
function isSameText(given: string, expected: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
