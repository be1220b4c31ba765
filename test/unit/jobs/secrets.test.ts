import assert from 'node:assert/strict';
import { JobSecretVault, type SecretVault } from '../../../src/jobs/secrets.ts';

/** A vault in memory. */
function createVault(): SecretVault & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    get: (key) => Promise.resolve(values.get(key)),
    store: (key, value) => Promise.resolve(void values.set(key, value)),
    delete: (key) => Promise.resolve(void values.delete(key)),
  };
}

describe('job secrets', () => {
  it('are kept by job, whole, and forgotten', async () => {
    const vault = createVault();
    const secrets = new JobSecretVault(vault);
    await secrets.store('one', { url: 'https://a/?token=secret', headers: { Cookie: 'c' } });
    await secrets.store('two', { url: 'https://b/' });
    assert.deepEqual(await secrets.get('one'), { url: 'https://a/?token=secret', headers: { Cookie: 'c' } });
    await secrets.delete('one');
    assert.equal(await secrets.get('one'), undefined);
    assert.deepEqual([...vault.values.keys()], ['hotframe.job.two']);
  });

  it('count as absent when they cannot be read', async () => {
    const vault = createVault();
    vault.values.set('hotframe.job.one', '{');
    vault.values.set('hotframe.job.two', '{"address":1}');
    const secrets = new JobSecretVault(vault);
    assert.equal(await secrets.get('one'), undefined);
    assert.equal(await secrets.get('two'), undefined);
  });
});
