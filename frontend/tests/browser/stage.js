// The network, the clock and the tab, as a test wants them. What the app leaves running ends with the next `raise`.

const real = {
  setTimeout: window.setTimeout.bind(window),
  clearInterval: window.clearInterval.bind(window),
  clearTimeout: window.clearTimeout.bind(window),
  now: performance.now.bind(performance),
};
const home = location.href;

let clock = 0;
// How far somebody has put the browser's clock.
let put = 0;
let timers = new Map();
let lastTimer = 1e9;
let answer = () => null;
// What is held back: the end of an address, and the promise that ends it.
let gates = [];
let flying = 0;
let moved = 0;
let hidden = false;
let leftToBrowser = [];
let copied = [];
let mayCopy = true;
let savesData = false;
let files = [];
// How far the server's clock is ahead; null: its answers have no date.
let serverAhead = null;

Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
Object.defineProperty(navigator, 'connection', { configurable: true, get: () => ({ saveData: savesData }) });
Object.defineProperty(navigator, 'clipboard', {
  configurable: true,
  get: () => ({ writeText: async (text) => (mayCopy ? void copied.push(text) : Promise.reject(new Error('not allowed'))) }),
});

// What is given to be stored is not, but can be looked at.
const blobs = new Map();
const realUrl = URL.createObjectURL.bind(URL);
URL.createObjectURL = (blob) => {
  const url = realUrl(blob);
  blobs.set(url, blob);
  return url;
};
HTMLAnchorElement.prototype.click = function () {
  if (this.href.startsWith('blob:')) files.push({ name: this.download, blob: blobs.get(this.href) });
  else HTMLElement.prototype.click.call(this);
};

// Each as its name, a line break and its content, with the mark of its encoding.
export function stored() {
  const read = async ({ name, blob }) => `${name}\n${new TextDecoder('utf-8', { ignoreBOM: true }).decode(await blob.arrayBuffer())}`;
  return Promise.all(files.map(read));
}

// A link that the app leaves alone would end the test page.
window.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  if (link && !event.defaultPrevented) {
    event.preventDefault();
    leftToBrowser.push(link.getAttribute('href'));
  }
});

// Ten frames of a panic are all runtime.
Error.stackTraceLimit = 60;

// Begins anew at a moment. `answerTo(url, method, nonce, body)` gives the answer as JSON, or null for none at all.
export function raise(nowMs, answerTo) {
  clock = nowMs;
  put = 0;
  timers = new Map();
  answer = answerTo;
  for (const gate of gates) gate.open();
  gates = [];
  flying = 0;
  hidden = false;
  leftToBrowser = [];
  copied = [];
  mayCopy = true;
  savesData = false;
  files = [];
  serverAhead = null;
  delete window.litellmDashboard;
  Date.now = () => clock + put;
  // Begins with the page, and is never put.
  performance.now = () => clock - nowMs;
  window.fetch = ask;
  window.setTimeout = (run, ms = 0) => {
    lastTimer += 1;
    timers.set(lastTimer, { run, at: clock + ms });
    return lastTimer;
  };
  window.setInterval = (run, ms) => {
    lastTimer += 1;
    const id = lastTimer;
    const tick = () => {
      timers.set(id, { run: tick, at: clock + ms });
      run();
    };
    timers.set(id, { run: tick, at: clock + ms });
    return id;
  };
  window.clearInterval = (id) => (timers.delete(id) ? undefined : real.clearInterval(id));
  window.clearTimeout = (id) => (timers.delete(id) ? undefined : real.clearTimeout(id));
  for (const old of document.querySelectorAll('.stage')) old.remove();
  // Needs --disable-ipc-flooding-protection: Chromium ignores the two hundred and first change of the address in ten seconds.
  history.replaceState(null, '', home);
  localStorage.clear();
  document.title = 'LiteLLM ‹ Test site — WordPress';
}

async function ask(request) {
  moved += 1;
  const body = await request.text();
  const text = answer(request.url, request.method, request.headers.get('X-WP-Nonce') ?? '', body);
  const gate = gates.find((gate) => request.url.endsWith(gate.end) || body.includes(`"${gate.end}"`));
  if (gate && (gate.letThrough -= 1) < 0) await gate.opened;
  flying += 1;
  await turn();
  flying -= 1;
  moved += 1;
  if (text === null) throw new TypeError('Failed to fetch');
  const { status, nonce, body: answered } = JSON.parse(text);
  const date = serverAhead === null ? {} : { Date: new Date(clock + serverAhead).toUTCString() };
  return new Response(answered, { status, headers: nonce ? { 'X-WP-Nonce': nonce, ...date } : date });
}

// The loader has asked already, and gets this text, when `early` is not held back.
export function askEarly(text) {
  window.litellmDashboard = {
    answers: async () => {
      await gates.find((gate) => gate.end === 'early')?.opened;
      return text;
    },
  };
}

// The server dates its answers from now on.
export function date(ahead) {
  serverAhead = ahead;
}

// Somebody puts the browser's clock; timers do not mind.
export function putClock(ms) {
  put += ms;
}

// Answers to addresses with this end, or to batches with this operation, wait for `release`, after so many that are let
// through; the questions arrive all the same.
export function hold(end, letThrough) {
  const gate = { end, letThrough };
  gate.opened = new Promise((open) => (gate.open = open));
  gates.push(gate);
}

export function release() {
  for (const gate of gates) gate.open();
  gates = [];
}

function turn() {
  return new Promise((go) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      go();
    };
    port2.postMessage(null);
  });
}

// Until nothing is on its way any more, and nothing new has been asked for some turns of the browser.
export async function quiet() {
  for (let calm = 0, turns = 0; calm < 4 && turns < 2000; turns += 1) {
    const before = moved;
    await turn();
    calm = flying === 0 && moved === before ? calm + 1 : 0;
  }
}

// Lets time pass: what was to happen meanwhile happens, each at its moment.
export async function pass(ms) {
  const until = clock + ms;
  await quiet();
  for (;;) {
    const [id, timer] = [...timers].reduce((first, one) => (first && first[1].at <= one[1].at ? first : one), null) ?? [];
    if (!timer || timer.at > until) break;
    timers.delete(id);
    clock = Math.max(clock, timer.at);
    timer.run();
    await quiet();
  }
  clock = until;
  await quiet();
}

// A moment of real time, in which the browser draws.
export function pause() {
  return new Promise((go) => real.setTimeout(go, 4));
}

// As the browser's button: it goes back for sure, also where the machine is busy.
export async function back() {
  for (let tries = 0; tries < 5; tries += 1) {
    const gone = new Promise((done) => window.addEventListener('popstate', () => done(true), { once: true }));
    history.back();
    if (await Promise.race([gone, new Promise((go) => real.setTimeout(go, 1500, false))])) return;
  }
}

export function hide(now) {
  hidden = now;
  document.dispatchEvent(new Event('visibilitychange'));
}

export function press(element, keys) {
  const key = keys.split('+').at(-1);
  const shiftKey = keys.startsWith('Shift+');
  element.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true }));
}

export function point(element, share) {
  const { left, top, width, height } = element.getBoundingClientRect();
  const place = { clientX: left + width * share, clientY: top + height / 2 };
  element.dispatchEvent(new MouseEvent('mousemove', { ...place, bubbles: true }));
}

// With `ctrlKey`, `metaKey`, `shiftKey` or `altKey` held down.
export function clickWith(element, modifier) {
  element.dispatchEvent(new MouseEvent('click', { [modifier]: true, bubbles: true, cancelable: true }));
}

// Such as `pointerover`.
export function happen(element, name) {
  element.dispatchEvent(new Event(name, { bubbles: true }));
}

// What Escape does to a dialog; tells whether it is to close.
export function cancel(dialog) {
  return dialog.dispatchEvent(new Event('cancel', { cancelable: true }));
}

// All that can be read, with one space between words and between elements.
export function read(element) {
  return textsIn(element, (parent) => parent.checkVisibility()).join(' ').replace(/\s+/g, ' ').trim();
}

function textsIn(element, counts) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    if (counts(walker.currentNode.parentElement)) texts.push(walker.currentNode.data);
  }
  return texts;
}

// As a screen reader calls it: its label, else what stands in it and is not hidden from it.
export function nameOf(element) {
  const label = element.getAttribute('aria-label') ?? (element.tagName === 'IFRAME' ? element.title : null);
  if (label !== null) return label;
  const labels = element.labels?.length ? [...element.labels] : [element];
  const texts = labels.flatMap((one) => textsIn(one, (parent) => !parent.closest('[aria-hidden="true"]')));
  return texts.join('').replace(/\s+/g, ' ').trim();
}

// As a person types: at the caret of what has the focus.
export function typeAtCaret(text) {
  for (const letter of text) document.execCommand('insertText', false, letter);
}

export function leftToTheBrowser() {
  return leftToBrowser;
}

export function copiedTexts() {
  return copied;
}

// The browser is told to load as little as possible.
export function saveData() {
  savesData = true;
}

export function forbidCopying() {
  mayCopy = false;
}

// Fills in a field as typing or choosing does.
export function fill(field, value) {
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
}

export function valueOf(field) {
  return field.value ?? '';
}

export function isChecked(field) {
  return field.checked === true;
}

export function isVisible(element) {
  // What is in a closed <details> has boxes, too.
  return element.getClientRects().length > 0 && element.checkVisibility();
}

// Real time, which no test moves.
export function realMs() {
  return real.now();
}
