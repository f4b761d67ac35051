import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seriousFindings } from '../accessibility.js';
import { ConsoleBrowser } from '../console-browser.js';
import type { ConsolePage } from '../console-page.js';
import { looksRight } from '../looks-right.js';
import { takePicture } from '../screenshots.js';
import { MadeUpGateway } from './made-up-gateway.js';

const password = 'correct horse battery';

/** Who may do what, as people meet it; the gateway behind is the console's own stand-in, with an audit and certificates of a year. */
describe('accounts, certificates and the audit in the console (§13)', { timeout: 90_000 }, () => {
  const open = new AsyncDisposableStack();
  let gateway: MadeUpGateway;
  let browser: ConsoleBrowser;
  let admin: ConsolePage;

  beforeAll(async () => {
    gateway = open.use(await MadeUpGateway.start());
    browser = open.use(await ConsoleBrowser.start());
    admin = await signedInAs('anna');
  });

  afterAll(async () => await open.disposeAsync());

  afterEach(() => expect(admin.takeProblems()).toEqual([]));

  async function signedInAs(user: string): Promise<ConsolePage> {
    const console = await browser.windowAt(gateway.origin, { heightPx: 900 });
    await console.visit('/');
    await console.signInAs(user, password);
    return console;
  }

  /** What is shown for a moment: one picture, nothing that keeps somebody out. The pages themselves are looked at in every theme and width. */
  async function glance(console: ConsolePage, name: string): Promise<void> {
    await takePicture(console.page, name);
    expect(await console.overflowPx(), name).toBe(0);
    expect(await seriousFindings(console), name).toEqual([]);
  }

  const main = (console: ConsolePage) => console.page.getByRole('main');
  const dialog = (console: ConsolePage) => console.page.getByRole('dialog');

  it('asks for the second factor when the password was right, and counts down when it was tried too often', async () => {
    const door = await browser.windowAt(gateway.origin, { heightPx: 900 });
    await door.visit('/');
    await glance(door, 'access-sign-in');
    await door.signInAs('erik', password);
    const code = door.page.getByLabel('Code of your second factor');
    await code.fill('000000');
    await door.page.getByRole('button', { name: 'Sign in' }).click();
    await door.says(door.page.getByRole('alert'), /name, password or code is wrong/i);
    await door.signInAs('erik', 'wrong');
    await door.says(door.page.getByRole('alert'), /name, password or code is wrong/i);
    await door.signInAs('erik', 'wrong again');
    await door.says(door.page.getByRole('button', { name: /Sign in/ }), /^Sign in$/);
    await door.signInAs('erik', 'and again');
    await door.says(door.page.getByRole('alert'), /address has tried to sign in too often\. Try again in \d s/);
    await door.says(door.page.getByRole('alert'), /You can try again now/);
    await code.fill('123456');
    await door.signInAs('erik', password);
    await door.page.getByRole('button', { name: 'Account of erik, engineer' }).waitFor();
    expect(door.takeProblems().filter((problem) => !/401|429/.test(problem))).toEqual([]);
  });

  it('shows a viewer what it would take, and sends nothing', async () => {
    const viewer = await signedInAs('vera');
    const changes: string[] = [];
    viewer.page.on('request', (request) => {
      if (request.method() !== 'GET' && !request.url().includes('/events/streams/')) changes.push(request.url());
    });
    await viewer.turnTo('Certificates');
    const trust = viewer.page.getByRole('button', { name: /^Trust/ }).first();
    await trust.waitFor();
    expect(await trust.getAttribute('aria-disabled')).toBe('true');
    expect(await trust.getAttribute('title')).toBe('Not for you: it takes the permission certificates.');
    await trust.click({ force: true });
    await trust.press('Enter');
    await viewer.visit('/tags?path=packaging/unit00/signal0000');
    await viewer.says(main(viewer), /it takes the permission write/);
    await viewer.page.getByLabel('New value, %').press('Enter');
    await viewer.visit('/hosts');
    await viewer.page.getByRole('button', { name: 'Actions for driver boiler' }).first().click();
    await viewer.page.getByRole('menuitem', { name: 'Restart' }).click({ force: true });
    expect(await dialog(viewer).count()).toBe(0);
    await viewer.visit('/users');
    await viewer.says(main(viewer), /it takes the permission users/);
    await viewer.visit('/audit');
    await viewer.says(main(viewer), /it takes the permission audit/);
    expect(
      await viewer.page
        .getByRole('navigation')
        .getByRole('link', { name: /Users|Audit/ })
        .count(),
    ).toBe(0);
    expect(changes).toEqual([]);
    expect(viewer.takeProblems()).toEqual([]);
  });

  it('lets an operator write in the own area only', async () => {
    const operator = await signedInAs('oskar');
    const write = operator.page.getByRole('button', { name: 'Write …' });
    await operator.visit('/tags?path=packaging/unit00/signal0000');
    await write.waitFor();
    expect(await write.getAttribute('aria-disabled')).toBeNull();
    await operator.visit('/tags?path=boiler/unit00/signal0000');
    await operator.says(
      main(operator),
      /the permission write for boiler\/unit00\/signal0000; yours is for packaging\/\*\*/,
    );
    expect(operator.takeProblems()).toEqual([]);
  });

  it('adds a user whose role and areas count at once, disables and removes them', async () => {
    await admin.turnTo('Users');
    await admin.says(main(admin), /anna, you[^]*oskar[^]*packaging\/\*\*/);
    await looksRight(admin, 'users');
    await admin.page.getByRole('button', { name: 'Add a user …' }).click();
    await dialog(admin).getByLabel('Name').fill('nina');
    await dialog(admin).getByLabel('Role').selectOption('operator');
    await dialog(admin)
      .getByRole('textbox', { name: /^Areas/ })
      .fill('press/**');
    await dialog(admin).getByLabel('Password', { exact: true }).fill('nina is here');
    await dialog(admin).getByLabel('Password, again').fill(password);
    await admin.says(
      dialog(admin),
      /without the name of the account in it\s*, not yet[^]*typed twice alike\s*, not yet/,
    );
    await glance(admin, 'users-add');
    await dialog(admin).getByLabel('Password', { exact: true }).fill(password);
    await dialog(admin).getByRole('button', { name: 'Add', exact: true }).click();
    await admin.says(main(admin), /nina[^]*operator[^]*press\/\*\*/);
    const nina = await signedInAs('nina');
    await nina.page.getByRole('button', { name: 'Account of nina, operator' }).waitFor();
    await choose('nina', 'Change role and areas …');
    await dialog(admin).getByLabel('Role').selectOption('viewer');
    await dialog(admin).getByRole('button', { name: 'Change' }).click();
    await admin.says(main(admin), /nina[^]*viewer/);
    await choose('nina', 'Disable …');
    await dialog(admin).getByRole('button', { name: 'Disable' }).click();
    await nina.page.getByLabel('User', { exact: true }).waitFor();
    await choose('nina', 'Remove …');
    await dialog(admin).getByRole('button', { name: 'Remove' }).click();
    await admin.page.getByRole('button', { name: 'Actions for nina' }).waitFor({ state: 'detached' });
  });

  async function choose(user: string, entry: string): Promise<void> {
    await admin.page.getByRole('button', { name: `Actions for ${user}` }).click();
    await admin.page.getByRole('menuitem', { name: entry }).click();
  }

  it('shows a token once, and revokes it; ends the session of somebody else', async () => {
    await admin.visit('/users?tab=tokens');
    await admin.page.getByRole('button', { name: 'Make a token …' }).click();
    await dialog(admin).getByLabel('Name').fill('cell-7');
    await dialog(admin).getByRole('button', { name: 'Make it' }).click();
    await admin.says(dialog(admin), /only time that it is shown[^]*fw_0123/);
    await glance(admin, 'users-token');
    await dialog(admin).getByRole('button', { name: 'I have it' }).click();
    await admin.says(main(admin), /cell-7[^]*viewer[^]*in 89 d|in 90 d/);
    await glance(admin, 'users-tokens');
    await admin.page.getByRole('button', { name: 'Revoke … token cell-7' }).click();
    await dialog(admin).getByRole('button', { name: 'Revoke' }).click();
    await admin.page.getByRole('button', { name: 'Revoke … token cell-7' }).waitFor({ state: 'detached' });
    const oskar = await signedInAs('oskar');
    await oskar.page.getByRole('button', { name: /Account of oskar/ }).waitFor();
    await admin.page.getByRole('tab', { name: 'Sessions' }).click();
    await admin.says(main(admin), /anna[^]*this one/);
    await glance(admin, 'users-sessions');
    while ((await admin.page.getByRole('button', { name: 'End … the session of oskar' }).count()) > 0) {
      const button = admin.page.getByRole('button', { name: 'End … the session of oskar' });
      const before = await button.count();
      await button.first().click();
      await dialog(admin).getByRole('button', { name: 'End it' }).click();
      await expect.poll(async () => await button.count()).toBeLessThan(before);
    }
    await oskar.page.getByLabel('User', { exact: true }).waitFor();
  });

  it('trusts a refused client from the overview, with one click and a second look', async () => {
    await admin.turnTo('Overview');
    await admin.says(
      main(admin),
      /An OPC UA client was refused[^]*UaExpert@desk-4 \(urn:made-up:UaExpert@desk-4\) came from 10\.20\.0\.44/,
    );
    await glance(admin, 'overview-refused-client');
    await admin.page.getByRole('button', { name: 'Trust it …' }).click();
    await admin.says(dialog(admin), /CN=UaExpert@desk-4[^]*(A1 ){19}A1[^]*urn:made-up:UaExpert@desk-4/);
    await glance(admin, 'certificate-trust');
    await dialog(admin).getByRole('button', { name: 'Trust', exact: true }).click();
    await admin.says(main(admin), /All is well/);
    await admin.turnTo('Certificates');
    await admin.says(admin.page.getByRole('region', { name: 'Trusted certificates' }), /UaExpert@desk-4/);
    await admin.says(admin.page.getByRole('region', { name: 'Own certificates' }), /TLS of the console/);
    await looksRight(admin, 'certificates');
    await admin.page.getByRole('button', { name: 'Renew … gateway.made-up' }).click();
    await dialog(admin).getByRole('button', { name: 'Renew' }).click();
    await admin.says(admin.page.getByRole('region', { name: 'Own certificates' }), /39[67] days left/);
    await admin.page.getByRole('button', { name: 'Reject … SCADA' }).click();
    await dialog(admin).getByRole('button', { name: 'Reject' }).click();
    await admin.says(admin.page.getByRole('region', { name: 'Refused certificates' }), /SCADA/);
  });

  it('shows who did what, filtered by the address, page by page; verifies and exports it', async () => {
    await admin.turnTo('Audit');
    await admin.says(main(admin), /100 rows, and older ones[^]*anna[^]*certificate/);
    await admin.page.getByRole('button', { name: 'Older rows' }).click();
    await admin.says(main(admin), /200 rows, and older ones/);
    await admin.page.getByLabel('Outcome').selectOption('refused');
    await admin.page.getByLabel('User', { exact: true }).fill('vera');
    await admin.says(main(admin), /33 rows[^]*50[^]*90[^]*refused[^]*takes the permission write/);
    await expect.poll(() => new URL(admin.page.url()).search).toBe('?user=vera&outcome=refused');
    await admin.page.reload();
    await admin.says(main(admin), /33 rows/);
    await looksRight(admin, 'audit');
    const [download] = await Promise.all([admin.page.waitForEvent('download'), exportAs('As CSV')]);
    expect(download.suggestedFilename()).toBe('audit.csv');
    await admin.page.getByRole('button', { name: 'Verify' }).click();
    await admin.says(main(admin), /Nobody has changed anything: \d+ rows verified/);
    await gateway.change('tamper');
    await admin.page.getByRole('button', { name: 'Verify' }).click();
    await admin.says(main(admin), /The audit was changed from row 17 on/);
    await glance(admin, 'audit-tampered');
    await admin.visit('/audit?user=nobody');
    await admin.says(main(admin), /No row matches the filter/);
  });

  async function exportAs(entry: string): Promise<void> {
    await admin.page.getByRole('button', { name: 'Export what the filter shows' }).click();
    await admin.page.getByRole('menuitem', { name: entry }).click();
  }

  it('changes the own password, sets up a second factor by QR code, and signs out', async () => {
    const vera = await signedInAs('vera');
    await vera.chooseInAccountMenu('Change password …');
    await dialog(vera).getByLabel('Present password').fill('not this one');
    await dialog(vera).getByLabel('New password', { exact: true }).fill('another long password');
    await dialog(vera).getByLabel('New password, again').fill('another long password');
    await dialog(vera).getByRole('button', { name: 'Change password' }).click();
    await vera.says(dialog(vera).getByRole('alert'), /that is not right/i);
    await dialog(vera).getByLabel('Present password').fill(password);
    await dialog(vera).getByRole('button', { name: 'Change password' }).click();
    await dialog(vera).waitFor({ state: 'detached' });
    await vera.chooseInAccountMenu('Second factor …');
    await dialog(vera).getByRole('button', { name: 'Set one up …' }).click();
    await dialog(vera).getByRole('img', { name: 'QR code of the new second factor' }).waitFor();
    await glance(vera, 'second-factor');
    await dialog(vera).getByRole('textbox', { name: 'Code' }).fill('123456');
    await dialog(vera).getByRole('button', { name: 'Use it from now on' }).click();
    await dialog(vera).waitFor({ state: 'detached' });
    await vera.chooseInAccountMenu('Sign out');
    await vera.signInAs('vera', 'another long password');
    await vera.page.getByLabel('Code of your second factor').waitFor();
    expect(vera.takeProblems().filter((problem) => !problem.includes('401'))).toEqual([]);
  });

  it('leads from the set-up token to the first admin, and says what is still open', async () => {
    await using first = await MadeUpGateway.start();
    await first.change('first-start');
    const owner = await browser.windowAt(first.origin, { heightPx: 900 });
    await owner.visit('/#setup=setup');
    await owner.says(main(owner), /This gateway has no admin yet/);
    expect(owner.page.url()).not.toContain('setup');
    await glance(owner, 'first-start');
    await owner.page.getByRole('button', { name: 'Sign in' }).click();
    await owner.says(main(owner), /Make the first account/);
    await owner.page.getByLabel('Name').fill('otto');
    await owner.page.getByLabel('Password', { exact: true }).fill('password password');
    await owner.page.getByLabel('Password, again').fill('password password');
    await looksRight(owner, 'first-admin');
    await owner.page.getByRole('button', { name: 'Make the account' }).click();
    await owner.says(owner.page.getByRole('alert'), /everybody tries this password first/i);
    await owner.page.getByLabel('Password', { exact: true }).fill(password);
    await owner.page.getByLabel('Password, again').fill(password);
    await owner.page.getByRole('button', { name: 'Make the account' }).click();
    await owner.says(main(owner), /You are signed in as otto[^]*plain HTTP[^]*OPC UA clients[^]*fieldwarden backup/);
    await glance(owner, 'still-open');
    await owner.page.getByRole('link', { name: 'To the certificates' }).click();
    await owner.page.getByRole('heading', { name: 'Certificates' }).waitFor();
    await owner.page.getByRole('button', { name: 'Account of otto, admin' }).waitFor();
    expect(owner.takeProblems().filter((problem) => !problem.includes('422'))).toEqual([]);
  });
});
