import { refuseRequest } from '../../../local/page/request-guard';

const address = { host: '127.0.0.1:4567', token: 'right-token' };
const own = 'http://127.0.0.1:4567';
const post = (headers: Record<string, string>, path = '/api/act') =>
  refuseRequest({ method: 'POST', path, headers }, address);
const good = { host: address.host, origin: own, authorization: 'Bearer right-token' };

describe('who may ask the page', () => {
  it('is the page itself with the token of the link, whatever the browser says besides', () => {
    expect(post(good)).toBeUndefined();
    expect(post({ ...good, 'sec-fetch-site': 'same-origin' })).toBeUndefined();
    const feed = { host: address.host, authorization: 'Bearer right-token' };
    expect(refuseRequest({ method: 'GET', path: '/api/feed', headers: feed }, address)).toBeUndefined();
  });

  it.each(['attacker.example:4567', 'localhost:4567', '127.0.0.1', '127.0.0.1:80', '', undefined])(
    'is nobody who reached it by the name %p, for files neither',
    (host) => {
      const headers = { ...good, ...(host === undefined ? {} : { host }) };
      if (host === undefined) Reflect.deleteProperty(headers, 'host');
      expect(post(headers)?.status).toBe(403);
      expect(refuseRequest({ method: 'GET', path: '/', headers }, address)?.status).toBe(403);
    },
  );

  it.each([
    ['another site', { origin: 'https://attacker.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:9999' }],
    ['a page of no site', { origin: 'null' }],
    ['a site that the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['another port, as the browser says', { 'sec-fetch-site': 'same-site' }],
  ])('is not %s, even with the token', (_what, headers) => {
    expect(post({ ...good, ...headers })?.status).toBe(403);
  });

  it('is nobody who changes something without saying from where', () => {
    const { origin: _, ...headers } = good;
    expect(post(headers)?.status).toBe(403);
  });

  it.each([
    undefined,
    'Bearer',
    'Bearer right-toke',
    'Bearer right-token2',
    'right-token',
    'Basic right-token',
  ])('is nobody who has the authorization %p', (authorization) => {
    const { authorization: _, ...headers } = good;
    expect(post(authorization === undefined ? headers : { ...headers, authorization })?.status).toBe(401);
  });

  it('reads files without a token, and changes none', () => {
    const headers = { host: address.host };
    expect(refuseRequest({ method: 'GET', path: '/page.js', headers }, address)).toBeUndefined();
    expect(refuseRequest({ method: 'POST', path: '/page.js', headers }, address)?.status).toBe(405);
    expect(refuseRequest({ method: 'DELETE', path: '/api/act', headers: good }, address)?.status).toBe(405);
  });
});
