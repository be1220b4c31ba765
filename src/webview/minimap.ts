import { listenForDrags } from './drag.ts';
import { element } from './elements.ts';
import { commandOf } from './graphKeys.ts';
import { Painter, type Scene } from './painter.ts';
import { WHOLE, panRange, withinWhole, zoomRange, type Range } from './viewport.ts';
import { t } from './l10n.ts';

/** Height of the map; rows that it has no room for are left out. */
const HEIGHT_PX = 32;
const ROW_PX = 2;
/** How near to the edge of the window the pointer takes hold of it. */
const EDGE_PX = 5;
const SHADE_ALPHA = 0.65;

/** The whole graph in little, with the part that is shown as a window that can be dragged, widened and drawn anew. */
export class Minimap {
  readonly element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #picture = new OffscreenCanvas(1, 1);
  readonly #onRange: (range: Range) => void;
  #scene: Scene | undefined;
  #range = WHOLE;
  #frameRequest = 0;
  #isStale = true;
  #hold: 'window' | 'from' | 'to' | 'new' = 'window';
  #startPlace = 0;

  /** @param onRange a person asks for another part */
  constructor(onRange: (range: Range) => void) {
    this.#onRange = onRange;
    this.#canvas = element('canvas', {
      role: 'scrollbar',
      'aria-label': t('Part of the graph that is shown'),
      'aria-orientation': 'horizontal',
      'aria-valuemin': '0',
      'aria-valuemax': '100',
      title: t('Drag to move or to choose what is shown'),
    });
    this.#canvas.tabIndex = 0;
    this.element = element('div', { class: 'minimap' }, this.#canvas);
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('This page has no 2D canvas.');
    this.#context = context;
    this.#listen();
  }

  /** Shows what the graph shows, and which part of it. */
  show(scene: Scene | undefined): void {
    const before = this.#scene;
    const isOther =
      before?.space !== scene?.space ||
      before?.colours !== scene?.colours ||
      before?.look !== scene?.look ||
      before?.highlight !== scene?.highlight ||
      before?.theme !== scene?.theme ||
      before?.chosen !== scene?.chosen;
    this.#scene = scene;
    this.#isStale ||= isOther;
    this.#schedule();
  }

  /** The part that is shown. */
  set range(range: Range) {
    this.#range = range;
    const middle = Math.round(50 * (range.from + range.to));
    this.#canvas.setAttribute('aria-valuenow', String(middle));
    this.#canvas.setAttribute('aria-valuetext', `${Math.round(100 * range.from)} to ${Math.round(100 * range.to)} %`);
    this.#schedule();
  }

  #listen(): void {
    new ResizeObserver(() => {
      this.#isStale = true;
      this.#draw();
    }).observe(this.element);
    this.#canvas.addEventListener('keydown', (event) => {
      const command = commandOf({ ...keyOf(event), shiftKey: true }, 'icicle') ?? commandOf(event, 'icicle');
      if (command?.kind === 'pan') this.#onRange(panRange(this.#range, command.part));
      else if (command?.kind === 'zoom') this.#onRange(zoomRange(this.#range, command.factor, middleOf(this.#range)));
      else if (command?.kind === 'whole' || command?.kind === 'back') this.#onRange(WHOLE);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.#canvas.addEventListener('pointermove', (event) => {
      if (event.buttons === 0) this.#canvas.dataset['hold'] = this.#holdAt(event.offsetX);
    });
    listenForDrags(this.#canvas, {
      onStart: (event) => {
        this.#startPlace = this.#placeOf(event.offsetX);
        this.#hold = this.#holdAt(event.offsetX);
        return true;
      },
      onDrag: (event, moved) => this.#drag(this.#placeOf(event.offsetX), moved.x / Math.max(1, this.#width)),
      onEnd: (event, isDrag) => {
        if (isDrag || this.#hold === 'window') return;
        const half = (this.#range.to - this.#range.from) / 2;
        const place = this.#placeOf(event.offsetX);
        this.#onRange(withinWhole({ from: place - half, to: place + half }));
      },
    });
  }

  #drag(place: number, moved: number): void {
    const { from, to } = this.#range;
    const clamped = Math.min(1, Math.max(0, place));
    switch (this.#hold) {
      case 'window':
        this.#onRange(withinWhole({ from: from + moved, to: to + moved }));
        break;
      case 'from':
        if (clamped < to) this.#onRange({ from: clamped, to });
        break;
      case 'to':
        if (clamped > from) this.#onRange({ from, to: clamped });
        break;
      case 'new':
        if (clamped === this.#startPlace) return;
        this.#onRange({ from: Math.min(clamped, this.#startPlace), to: Math.max(clamped, this.#startPlace) });
        break;
    }
  }

  #holdAt(x: number): 'window' | 'from' | 'to' | 'new' {
    const { from, to } = this.#range;
    if (from <= 0 && to >= 1) return 'new';
    if (Math.abs(x - from * this.#width) <= EDGE_PX) return 'from';
    if (Math.abs(x - to * this.#width) <= EDGE_PX) return 'to';
    const place = this.#placeOf(x);
    return place > from && place < to ? 'window' : 'new';
  }

  get #width(): number {
    return this.element.clientWidth;
  }

  #placeOf(x: number): number {
    return x / Math.max(1, this.#width);
  }

  #schedule(): void {
    if (this.#frameRequest !== 0) return;
    this.#frameRequest = requestAnimationFrame(() => {
      this.#frameRequest = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const scene = this.#scene;
    const width = this.#width;
    if (scene === undefined || width === 0) return;
    const ratio = devicePixelRatio;
    if (this.#isStale) this.#paintPicture(scene, width, ratio);
    this.#isStale = false;
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.drawImage(this.#picture, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const [left, right] = [this.#range.from * width, this.#range.to * width];
    if (right - left >= width - 0.5) return;
    context.globalAlpha = SHADE_ALPHA;
    context.fillStyle = scene.theme.background;
    context.fillRect(0, 0, left, HEIGHT_PX);
    context.fillRect(right, 0, width - right, HEIGHT_PX);
    context.globalAlpha = 1;
    context.strokeStyle = scene.theme.foreground;
    context.lineWidth = 1;
    context.strokeRect(Math.floor(left) + 0.5, 0.5, Math.max(2, Math.ceil(right - left) - 1), HEIGHT_PX - 1);
  }

  #paintPicture(scene: Scene, width: number, ratio: number): void {
    const [pixels, lines] = [Math.max(1, Math.round(width * ratio)), Math.round(HEIGHT_PX * ratio)];
    for (const canvas of [this.#canvas, this.#picture]) [canvas.width, canvas.height] = [pixels, lines];
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${HEIGHT_PX}px`;
    const context = this.#picture.getContext('2d', { alpha: false });
    if (context === null) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    new Painter(context).paint(miniature(scene, width));
  }
}

/** The scene with rows of a few pixels, the outermost frames always in sight, without the root's own row and anything selected. */
function miniature(scene: Scene, width: number): Scene {
  const { space, viewport } = scene;
  const isIcicle = viewport.orientation === 'icicle';
  const rowHeight = Math.min(6, Math.max(ROW_PX, Math.floor(HEIGHT_PX / Math.max(1, space.rows - 1))));
  const scrollTop = isIcicle ? rowHeight : (space.rows - 1) * rowHeight - HEIGHT_PX;
  const range = WHOLE;
  return {
    ...scene,
    viewport: { ...viewport, width, height: HEIGHT_PX, rowHeight, rows: space.rows, scrollTop, range },
    zoom: -1,
    selected: undefined,
    hovered: undefined,
    pointer: undefined,
  };
}

function keyOf({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
} {
  return { key, ctrlKey, metaKey, altKey };
}

function middleOf({ from, to }: Range): number {
  return (from + to) / 2;
}
