import { basename, dirname, join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';

/** How long a part of the workbench may take to appear. */
const patienceMs = 30_000;

/** What a person sees and touches of VS Code, on its real page. Every step waits for what it needs, never for time. */
export class WorkbenchPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(patienceMs);
  }

  /**
   * Opens the page; resolves when the workbench shows what the extension contributes. Before that the palette would list
   * commands without those of the extension, and keep that list until it is closed.
   */
  async open(url: string, viewContainer: string): Promise<void> {
    await this.page.goto(url);
    await this.activity(viewContainer).waitFor();
  }

  /** The text box on top: palette, quick picks, input boxes, and the file dialog. */
  get input(): Locator {
    return this.page.locator('.quick-input-widget .quick-input-box input');
  }

  /** What the text box says about its value. */
  get inputMessage(): Locator {
    return this.page.locator('.quick-input-widget .quick-input-message');
  }

  /** The text box with that title. */
  titled(title: string | RegExp): Locator {
    return this.page.locator('.quick-input-widget .quick-input-title', { hasText: title });
  }

  /** Entries under the text box. */
  choice(label: string | RegExp): Locator {
    return this.page.locator('.quick-input-widget .quick-input-list .monaco-list-row', { hasText: label });
  }

  /** The text box that asks for that while it is empty. */
  placeholder(text: string): Locator {
    return this.page.locator(`.quick-input-widget .quick-input-box input[placeholder="${text}"]`);
  }

  /** Entries of a question that takes several: a screen reader calls them checkboxes. */
  get checkboxes(): Locator {
    return this.page.locator('.quick-input-widget .quick-input-list .monaco-list-row[role="checkbox"]');
  }

  /** Which of them are checked. */
  async checks(): Promise<boolean[]> {
    const boxes = await this.checkboxes.all();
    return Promise.all(boxes.map((box) => box.isChecked()));
  }

  /**
   * Gives the file dialog a name in the folder that it proposes; resolves with the whole path. A name elsewhere would make
   * it read that folder, and it ignores the keyboard meanwhile.
   */
  async saveAs(title: string | RegExp, name: string): Promise<string> {
    await this.titled(title).waitFor();
    await this.choice('..').first().waitFor();
    const path = join(dirname(await this.input.inputValue()), name);
    await this.input.fill(path);
    await this.input.press('Enter');
    await this.titled(title).waitFor({ state: 'hidden' });
    return path;
  }

  /** Gives the file dialog the path of a file that is there. */
  async chooseFile(title: string, path: string): Promise<void> {
    await this.titled(title).waitFor();
    await this.choice('..').first().waitFor();
    await this.input.fill(path);
    await this.choice(basename(path)).first().waitFor();
    await this.input.press('Enter');
    await this.titled(title).waitFor({ state: 'hidden' });
  }

  /** Runs a command as a person does: by its title in the palette. */
  async runCommand(title: string): Promise<void> {
    await this.page.locator('.monaco-workbench').press('F1');
    await this.input.fill(`>${title}`);
    await this.choice(title).first().click();
  }

  /** Reloads the window with its own command, which saves first what is open. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await loaded;
  }

  /** The notification that holds that text. */
  toast(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-toast', { hasText: text });
  }

  /** A button of a notification. */
  toastButton(toast: Locator, label: string): Locator {
    return toast.locator('.notification-list-item-buttons-container .monaco-button', { hasText: label });
  }

  /** Dismisses a notification. */
  async closeToast(toast: Locator): Promise<void> {
    await toast.hover();
    await toast.locator('.codicon-notifications-clear').click();
    await toast.waitFor({ state: 'hidden' });
  }

  /** A view container's place in the activity bar. */
  private activity(name: string): Locator {
    const label = this.page.locator(`a[aria-label^="${name}"]`);
    return this.page.locator('.activitybar .action-item', { has: label });
  }

  /** Shows a view container by its name in the activity bar. */
  async showView(name: string): Promise<void> {
    await this.activity(name).locator('a').click();
  }

  /** Rows of the tree in the side bar, by what a screen reader says of them. */
  treeRow(name: RegExp): Locator {
    return this.page.locator('.sidebar').getByRole('treeitem', { name });
  }

  /** Drops a file from outside of the workbench onto a row. */
  async dropFile(row: Locator, name: string, text: string): Promise<void> {
    const file = `new File([${JSON.stringify(text)}], ${JSON.stringify(name)})`;
    const transfer = await this.page.evaluateHandle(
      `(() => { const transfer = new DataTransfer(); transfer.items.add(${file}); return transfer; })()`,
    );
    for (const event of ['dragenter', 'dragover', 'drop']) await row.dispatchEvent(event, { dataTransfer: transfer });
  }

  /** Chooses an entry of the open context menu: by the keyboard, for a menu ignores a click that comes at once. */
  async chooseFromMenu(label: string): Promise<void> {
    await this.page.locator('.context-view').getByRole('menuitem', { name: label }).hover();
    await this.page.keyboard.press('Enter');
  }

  /** Moves the pointer where nothing is under it, until what it had called up is gone. */
  async leave(): Promise<void> {
    const box = await this.page.locator('.part.editor').boundingBox();
    if (box === null) throw new Error('there is no editor');
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 3);
    await this.page.locator('.workbench-hover-container').first().waitFor({ state: 'hidden' });
  }

  /**
   * Waits for the tooltip of a row with these words. It comes to a pointer that moves there, not to one that clicked, and a
   * row that is drawn anew takes it along: then a person moves the pointer again, too.
   */
  async waitForTooltip(row: Locator, words: string): Promise<void> {
    const tooltip = this.page.locator('.workbench-hover', { hasText: words });
    for (let attempt = 1; attempt <= 5; attempt++) {
      await this.leave();
      await row.hover();
      const isShown = await tooltip.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (isShown) return;
    }
    throw new Error(`no tooltip with ${JSON.stringify(words)} was shown`);
  }

  /** The question that has to be answered before anything else. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** How many a view container's badge shows. */
  badge(name: string): Locator {
    return this.activity(name).locator('.badge-content');
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.page.locator('.monaco-workbench').press('Control+P');
    await this.input.fill(name);
    await this.choice(name).first().waitFor();
    await this.input.press('Enter');
    await this.activeTab(name).waitFor();
  }

  /** The tab of the editor that is in front, by its name. */
  activeTab(name: string): Locator {
    return this.page.locator('.tab.active', { hasText: name });
  }

  /** A piece of the text in the editor. */
  text(text: string): Locator {
    return this.page.locator('.editor-instance .view-line span span', { hasText: text }).first();
  }

  /** What the editor underlines. */
  squiggles(kind: 'error' | 'warning' | 'info'): Locator {
    return this.page.locator(`.editor-instance .squiggly-${kind}`);
  }

  /** A command above a line of the editor. */
  lens(title: string): Locator {
    return this.page.locator('.editor-instance .codelens-decoration a', { hasText: title });
  }

  /** Moves the pointer over a piece of the text; what it calls up. */
  async hover(text: string): Promise<Locator> {
    await this.text(text).hover();
    return this.page.locator('.monaco-hover:not(.hidden) .hover-contents');
  }

  /** Puts the cursor there and chooses a quick fix. */
  async fixAt(text: string, title: string): Promise<void> {
    await this.text(text).click();
    await this.page.keyboard.press('Control+.');
    await this.page.locator('.action-widget .action', { hasText: title }).waitFor();
    await this.page.locator('.action-widget .action', { hasText: title }).click();
  }

  /** How many colours the text in the editor has. */
  async countColours(): Promise<number> {
    const classes = await this.page
      .locator('.editor-instance .view-line span[class*="mtk"]')
      .evaluateAll((spans: { className: string }[]) => spans.map(({ className }) => /mtk\d+/.exec(className)?.[0]));
    return new Set(classes).size;
  }

  /** Drags the edge of the side bar until it is that wide, in pixels. */
  async widenSideBar(width: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (box === null) throw new Error('there is no side bar');
    const middle = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, middle);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, middle, { steps: 4 });
    await this.page.mouse.up();
  }

  /** Saves a picture of the window in that size. */
  async shoot(path: string, size?: { width: number; height: number }): Promise<void> {
    if (size !== undefined) await this.page.setViewportSize(size);
    // What follows a change of size is drawn in the next frames.
    await this.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await this.page.screenshot({ path });
  }

  /** Prints what a screen reader would say of the side bar, the notifications and the text box, and saves a picture. */
  async showFailure(folder: string): Promise<void> {
    for (const part of ['.sidebar', '.notifications-toasts', '.quick-input-widget'])
      for (const shown of await this.page.locator(part).all()) console.log(await shown.ariaSnapshot());
    await this.shoot(join(folder, 'failed.png'));
  }

  /** The document inside the webview in front. */
  get webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }
}
