// Runs inside the extension host of `npm start`: the download command, as a person's keybinding or task would run it.
import vscode from 'vscode';
import { connectChannel } from './channel.ts';

/** Environment variable with the command's argument as JSON. */
const argumentVariable = 'HOTFRAME_START';

/** Downloads what the environment says; rejects when the command does. */
export async function run(): Promise<void> {
  const channel = await connectChannel();
  try {
    const argument: unknown = JSON.parse(process.env[argumentVariable] ?? '');
    const place = `VS Code ${vscode.version}, Node ${process.versions.node}`;
    channel.say({ type: 'line', text: `the extension host runs (${place}); the download command starts` });
    const value: unknown = await vscode.commands.executeCommand('hotframe.download', argument);
    channel.say({ type: 'result', value });
  } catch (error) {
    channel.say({ type: 'line', text: `The command failed: ${String(error)}` });
    throw error;
  } finally {
    await channel.end();
  }
}
