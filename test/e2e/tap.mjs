// tap.mjs - "ok - name" and "not ok - name" lines, as ./dev counts them.
let failed = 0;
export async function test(name, run) {
  try {
    await run();
    console.log(`ok - ${name}`);
  } catch (error) {
    failed++;
    console.log(`# ${String(error.stack || error).split('\n').slice(0, 12).join('\n# ')}`);
    console.log(`not ok - ${name}`);
  }
}
export const group = name => console.log(`# ${name}`);
export const finish = () => process.exit(failed ? 1 : 0);
