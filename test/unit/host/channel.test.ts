import assert from 'node:assert/strict';
import { channelVariable, connectChannel, openChannel } from '../../host/channel.ts';

describe('the channel from the extension host', () => {
  afterEach(() => Reflect.deleteProperty(process.env, channelVariable));

  it('has handed over every line and the result when its end resolves', async () => {
    const lines: string[] = [];
    const channel = await openChannel((line) => lines.push(line));
    try {
      Object.assign(process.env, channel.env);
      const speaker = await connectChannel();
      const texts = Array.from({ length: 500 }, (_, index) => `line ${index}\nof two`);
      for (const text of texts) speaker.say({ type: 'line', text });
      speaker.say({ type: 'result', value: { passed: 2 } });
      await speaker.end();
      assert.deepEqual(lines, texts);
      assert.deepEqual(channel.result(), { passed: 2 });
    } finally {
      await channel.close();
    }
  });

  it('says when there is no runner', async () => {
    await assert.rejects(connectChannel(), new RegExp(channelVariable));
  });
});
