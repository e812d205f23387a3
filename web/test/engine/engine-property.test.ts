import { test } from "node:test";
import { deepStrictEqual, ok } from "node:assert/strict";
import type { ConvId, Message } from "../../src/engine/model.js";
import type { Primary } from "../../src/core/identity/primary.js";
import { Browser, NO_FAULTS, World, eventually, pause, person } from "./world.js";

/** KEZ_SEED runs one sequence again; KEZ_SEEDS says how many are run. */
const one = process.env["KEZ_SEED"];
const seeds = one === undefined ? Array.from({ length: Number(process.env["KEZ_SEEDS"] ?? 12) }, (_, index) => index + 1) : [Number(one)];

for (const seed of seeds) {
  test(`property ${seed}: two people, three browsers, whatever is lost, and all end with the same conversation`, () => simulate(seed));
}

async function simulate(seed: number): Promise<void> {
  const world = new World(seed);
  const { random } = world;
  const [alice, bob] = [person("a"), person("b")];
  const browsers = [await Browser.open(world, alice), await Browser.open(world, alice), await Browser.open(world, bob)];
  const convs = new Map<Browser, ConvId>();
  const peerOf = (browser: Browser): Primary => (browser.me === alice ? bob : alice);
  for (const browser of browsers) convs.set(browser, await browser.with(peerOf(browser)));
  Object.assign(world.faults, { lostCopy: 0.2, doubledCopy: 0.1, lostRequest: 0.1, lostAnswer: 0.15 });
  const conv = (browser: Browser): ConvId => convs.get(browser) as ConvId;
  let sent = 0;
  for (let step = 0; step < 90; step++) {
    const browser = random.pick(browsers);
    const { commands, library } = browser.engine;
    const page = await library.messagesBefore(conv(browser), null, 30);
    const any = page.length === 0 ? null : random.pick(page);
    const own = page.filter((message) => message.state !== null);
    const mine = own.length === 0 ? null : random.pick(own);
    const what = random.next();
    if (what < 0.35) {
      await commands.sendText(conv(browser), `text ${step}`, any === null ? {} : { replyTo: any.id });
      sent += 1;
    } else if (what < 0.45 && any !== null) await commands.react(conv(browser), any.id, random.pick(["+", "-", ""]));
    else if (what < 0.55 && mine !== null) await commands.edit(conv(browser), mine.id, `edit ${step}`);
    else if (what < 0.58 && mine !== null) await commands.deleteForEveryone(conv(browser), mine.id);
    else if (what < 0.63 && any !== null) await commands.markRead(conv(browser), any.order);
    else if (what < 0.72) browser.door.connect(random.chance(0.5));
    else if (what < 0.77) await browser.reload();
    else if (what < 0.79) world.restore();
    else if (what < 0.9) await pause();
    else world.clock.advance(random.below(20_000));
  }
  Object.assign(world.faults, NO_FAULTS);
  for (const browser of browsers) browser.door.connect(true);
  const views = (): Promise<unknown[]> => Promise.all(browsers.map((browser) => view(browser, conv(browser))));
  await eventually(world, async () => {
    const [first, second, third] = await views();
    deepStrictEqual(second, first, `seed ${seed}: alice's browsers differ`);
    deepStrictEqual(third, first, `seed ${seed}: bob's differs`);
    for (const browser of browsers) deepStrictEqual(await browser.sealed.count("outbox"), 0);
  }, 5000);
  const messages = (await views())[0] as unknown[];
  ok(messages.length === sent, `seed ${seed}: ${messages.length} of ${sent}`);
  await order(browsers[0] as Browser, conv(browsers[0] as Browser));
  for (const browser of browsers) await browser.stop();
}

/** What both sides must agree on, whatever the places. */
async function view(browser: Browser, conv: ConvId): Promise<unknown> {
  const messages = await browser.engine.library.messagesBefore(conv, null, 1000);
  return messages.map(({ id, sender, shown, reactions }) => ({
    id, sender, shown, reactions: Object.entries(reactions).map(([who, { emoji }]) => [who, emoji]).filter(([, emoji]) => emoji !== "").sort(),
  })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Places sort as text, and the preview is of the last message. */
async function order(browser: Browser, conv: ConvId): Promise<void> {
  const messages: Message[] = await browser.engine.library.messagesBefore(conv, null, 1000);
  deepStrictEqual(messages.map((message) => message.order), messages.map((message) => message.order).sort());
  deepStrictEqual(browser.engine.library.conversation(conv)?.last?.order, messages.at(-1)?.order);
}
