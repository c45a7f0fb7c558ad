/** The live page of a running pipeline as a person uses it: by clicks and keys in a headless browser. */
import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { type Browser, chromium, type Page } from 'playwright-core';
import { browserPath } from '../../scripts/machine.mjs';
import { backgroundOf, findNameless, nameOfFocus, scrollThere, widthsOf } from './in-browser.js';
import type { LaptopRun } from './laptop-run';
import { isProof } from './proof';

const executablePath = browserPath();
const HOSTILE = '<img src=x onerror="document.title=\'taken\'">';

/** Tests for the `describe` of a pipeline that runs. What they insert they delete again. */
export function describeLivePage(runOf: () => LaptopRun): void {
  const withBrowser = executablePath === undefined ? describe.skip : describe;

  withBrowser('(needs Chromium; skipped where it is not installed)', () => {
    let browser: Browser;
    let page: Page;
    let link: URL;
    const said: string[] = [];
    const hosts = new Set<string>();

    beforeAll(async () => {
      link = new URL(linkOf(runOf()));
      browser = await chromium.launch({
        executablePath: executablePath as string,
        args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
      });
      page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      page.setDefaultTimeout(60_000);
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(error.message));
      page.on('request', (asked) => hosts.add(new URL(asked.url()).host));
      await page.goto(link.href);
      await page.waitForSelector('#change-send');
    });
    afterAll(() => browser?.close());

    const arrived = (id: number): Promise<unknown> =>
      page.waitForSelector(`#journey-${id}[data-state=arrived]`, { timeout: 60_000 });
    const say = (what: string): string => `#log li[data-what="${what}"]`;

    it('loads from its own address only, without a word on the console, and keeps its token out of its own', async () => {
      await page.waitForSelector('[data-part=warehouse][data-health=well]');
      await page.waitForSelector('#throughput canvas');
      expect(await page.locator('[data-part]').count()).toBe(11);
      expect([...hosts]).toEqual([link.host]);
      expect(page.url()).toBe(`${link.origin}/`);
      expect(said).toEqual([]);
    });

    const send = async (table: string, operation: 'insert' | 'delete', journey: number): Promise<void> => {
      await page.check(`#operation-${operation}`);
      await page.click('#change-send');
      await arrived(journey);
      expect(await page.textContent(`#journey-${journey} .journey-title`)).toContain(`${operation} ${table}`);
    };

    it('follows an inserted row to its target, whose markup stays text, and the row that is deleted', async () => {
      await page.fill('#field-transaction_details', HOSTILE);
      await send('txns', 'insert', 1);
      expect(await page.textContent('#journey-1 .steps')).toMatch(/committed in MySQL.*in bank\.txns/s);
      await page.click('#journey-1 summary');
      expect(await page.locator('#journey-1 dd', { hasText: HOSTILE }).count()).toBe(1);
      await send('txns', 'delete', 2);
      expect(await page.textContent('#journey-2 .steps')).toContain('gone from bank.txns');
    });

    it('does the same with an item', async () => {
      await page.selectOption('#change-table', 'trades');
      await page.waitForSelector('#field-ticker, #change-row');
      await page.check('#operation-insert');
      await page.fill('#field-ticker', HOSTILE.slice(0, 20));
      await send('trades', 'insert', 3);
      expect(await page.textContent('#journey-3 .steps')).toMatch(
        /DynamoDB.*staged as a file.*in market\.trades/s,
      );
      await send('trades', 'delete', 4);
      expect(await page.locator('main img').count()).toBe(0);
      expect(await page.title()).toBe('Pipeline');
    });

    it('answers a statement with a table and a plot, and an error with the table that was meant', async () => {
      await page.fill(
        '#sql',
        'select ticker, count(*) as trades from market.trades group by ticker limit 30',
      );
      await page.press('#sql', 'Control+Enter');
      await page.waitForSelector('#plot .uplot canvas');
      expect(await page.locator('#answer thead th').allTextContents()).toEqual(['ticker', 'trades']);
      await page.fill('#sql', 'select * from market.trade');
      await page.click('#query button[type=submit]');
      await page.waitForSelector('#answer-note.bad');
      expect(await page.textContent('#answer-note')).toContain('Did you mean market.trades?');
    });

    it('draws the views for analysts, of the line that is chosen by the keyboard, with the numbers in words', async () => {
      await page.click('#analysts-again');
      // All of it is shown at once.
      await page.waitForSelector('#analysts-again:enabled');
      expect(await page.locator('#analysts [role=img] canvas').count()).toBe(3);
      const lines = page.locator('#daily_balances-line option');
      const [first = '', second = ''] = await lines.allTextContents();
      const caption = page.locator('#daily_balances-rows caption');
      expect(await caption.textContent()).toBe(`Daily balances of ${first}, the newest first`);
      await page.focus('#daily_balances-line');
      await page.keyboard.press('ArrowDown');
      await caption.filter({ hasText: second }).waitFor({ state: 'attached' });
      await page.focus('#daily_balances-rows summary');
      await page.keyboard.press('Enter');
      const head = page.locator('#daily_balances-rows thead th');
      await head.first().waitFor({ state: 'visible' });
      expect(await head.allTextContents()).toEqual([
        'account_no',
        'day',
        'transactions',
        'deposits',
        'withdrawals',
        'closing_balance',
      ]);
      expect(await page.locator('#data_freshness-rows tbody tr').count()).toBe(2);
      expect(await page.getAttribute('#trades-chart', 'aria-label')).toBe(
        'Plot of trades over hour; the table under "Numbers" has the numbers',
      );
    });

    (isProof ? it : it.skip)('is as the pictures of the documents show it', async () => {
      await page.click('#compare-now');
      await page.fill(
        '#sql',
        'select date,\n  sum(withdrawal_amt) as withdrawal_amt,\n  sum(deposit_amt) as deposit_amt\nfrom bank.txns\ngroup by date\norder by date',
      );
      await page.click('#query button[type=submit]');
      await page.waitForSelector('#plot .uplot canvas');
      await page.locator(say('compared')).first().waitFor();
      mkdirSync('docs/images', { recursive: true });
      for (const [name, section] of [
        ['live-page', 'main'],
        ['live-page-change', '.pair'],
      ] as const) {
        await page.locator(section).first().evaluate(scrollThere);
        await page.screenshot({ path: `docs/images/${name}.png` });
      }
    });

    it('kills the connections of the replication task, stops it and starts it, and sees it recover', async () => {
      await page.click('[data-part=task]');
      await page.click('#part [data-action=kill]');
      await page.waitForSelector(say('recovered'), { timeout: 60_000 });
      await page.click('#part [data-action=stop]');
      await page.waitForSelector('[data-part=task][data-health=stopped]', { timeout: 60_000 });
      await page.click('#part [data-action=start]');
      await page.waitForSelector('[data-part=task][data-health=well]', { timeout: 60_000 });
      expect(await page.locator(say('killed')).first().textContent()).toContain('of the replication task');
    });

    it('is used by the keyboard only, also after a reload: a part is chosen, a row inserted and deleted', async () => {
      await page.reload();
      await page.waitForSelector('#change-send');
      const visited: string[] = [];
      for (let key = 0; key < 60 && !visited.includes('change-send'); key += 1) {
        await page.keyboard.press('Tab');
        const name = await page.evaluate(nameOfFocus);
        visited.push(name);
        if (name === 'Stage') await page.keyboard.press('Enter');
      }
      // In the order in which the page is read.
      const order = [
        'Skip to the pipeline',
        'ingest-now',
        'Schedules',
        'Warehouse',
        'change-table',
        'change-send',
      ];
      expect(visited.filter((name) => order.includes(name))).toEqual(order);
      expect(await page.textContent('#part h3')).toContain('Stage');
      await page.keyboard.press('Enter');
      await arrived(5);
      await page.focus('#operation-delete');
      await page.keyboard.press('Space');
      await page.focus('#change-send');
      await page.keyboard.press('Enter');
      await arrived(6);
      expect(await page.textContent('#journey-6 .journey-title')).toContain('delete txns');
    });

    it('has a name for each control, picture and table, and a message for who cannot see', async () => {
      expect(await page.evaluate(findNameless)).toEqual([]);
      expect(await page.locator('[aria-live], [role=status], [role=alert]').count()).toBeGreaterThan(3);
      expect(await page.getAttribute('html', 'lang')).toBe('en');
    });

    it('does not scroll sideways on a phone, in the dark', async () => {
      await page.setViewportSize({ width: 375, height: 800 });
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      expect(await page.evaluate(widthsOf)).toEqual([375, 375]);
      expect(await page.evaluate(backgroundOf)).toBe('rgb(14, 18, 24)');
      expect(said).toEqual([]);
    });
  });

  it('refuses a name that somebody made resolve to it, another site and a missing token', async () => {
    const { host, origin, hash } = new URL(linkOf(runOf()));
    const good = { host, origin, authorization: `Bearer ${hash.slice(1)}` };
    const { authorization: _, ...withoutToken } = good;
    expect(await post(host, good)).toBe(200);
    expect(await post(host, { ...good, host: 'attacker.example' })).toBe(403);
    expect(await post(host, { ...good, origin: 'https://attacker.example' })).toBe(403);
    expect(await post(host, { ...good, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await post(host, withoutToken)).toBe(401);
  });
}

function linkOf(run: LaptopRun): string {
  const [, link = ''] = /the live page: (\S+)/.exec(run.lines) ?? [];
  return link;
}

/** Node's fetch would not send another Host. */
function post(host: string, headers: Record<string, string>): Promise<number | undefined> {
  const [hostname, port] = host.split(':');
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: '/api/rows', method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once('error', reject);
    sent.end('{"table":"trades"}');
  });
}
