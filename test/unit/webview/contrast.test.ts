import assert from 'node:assert/strict';
import { contrastOf, cover, readableOn, READABLE, type Rgba } from '../../../src/webview/contrast.ts';
import { schemeOf } from '../../../src/webview/palette.ts';
import { THEMES } from '../../ui/flamegraphThemes.ts';
import { readColour, weakTexts } from './colours.ts';

const black: Rgba = { rgb: [0, 0, 0], opacity: 1 };
const white: Rgba = { rgb: [255, 255, 255], opacity: 1 };

describe('webview: contrast', () => {
  it('is that of WCAG', () => {
    assert.equal(contrastOf(black, white), 21);
    assert.equal(contrastOf(white, white), 1);
    assert.equal(contrastOf(readColour('#767676'), white).toFixed(2), '4.54');
  });

  it('lays a colour over another', () => {
    assert.deepEqual(cover({ rgb: [255, 255, 255], opacity: 0.5 }, black), { rgb: [127.5, 127.5, 127.5], opacity: 1 });
  });

  it('takes the first text that can be read, else the best', () => {
    assert.equal(readableOn(white, [readColour('#bbbbbb'), readColour('#555555'), black]), 1);
    assert.equal(readableOn(white, [readColour('#dddddd'), readColour('#999999'), readColour('#cccccc')]), 1);
    assert.equal(readableOn(white, [{ ...black, opacity: 0.3 }, readColour('#666666')]), 1);
  });

  it('is enough for all that is drawn, in every kind of theme and for every meaning of the colours', () => {
    for (const { bodyClass, variables } of Object.values(THEMES)) {
      const theme = {
        scheme: schemeOf(bodyClass.split(' ')),
        background: readColour(variables['--vscode-editor-background']),
        foreground: readColour(variables['--vscode-editor-foreground']),
        quiet: readColour(variables['--vscode-descriptionForeground']),
      };
      assert.deepEqual(weakTexts(theme), [], bodyClass);
    }
  });

  it('would be missed by names in the colour of the theme alone', () => {
    const box = cover({ ...readColour('oklch(0.84 0.08 100)'), opacity: 0.5 }, readColour('#1f1f1f'));
    assert.ok(contrastOf(readColour('#cccccc'), box) < READABLE);
  });
});
