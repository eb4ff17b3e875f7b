// Many async functions that wait at the same time: until the last one waits, and half a second more.
//
// usage: node wait_node.mjs TASKS

const tasks = Number(process.argv[2]);
if (!Number.isInteger(tasks) || tasks < 1) {
  console.error(`wait_node.mjs: '${process.argv[2]}' is not a number of tasks`);
  process.exit(1);
}

let begun = 0;
let open;
const gate = new Promise((resolve) => {
  open = resolve;
});

async function task() {
  begun += 1;
  await gate;
}

const all = Array.from({ length: tasks }, task);
if (begun !== tasks) throw new Error(`only ${begun} of ${tasks} tasks wait`);
setTimeout(open, 500);
await Promise.all(all);
