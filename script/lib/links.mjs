// Print the links of a set for people to read. Used by script/server.
//
//   links.mjs --any SETS              exit 0 when there is a set
//   links.mjs --ids SETS              the ids, one a line
//   links.mjs --print SETS HERE URL   the invites on standard input, as links of HERE and of URL
//
// SETS is what `peerset set list` prints.
import { readFileSync } from "node:fs";

const [verb, setsJson, here, url] = process.argv.slice(2);
const sets = JSON.parse(setsJson).sets;

function printList(title, base, invites, nameWidth, roleWidth) {
  console.log(`\n  ${title}`);
  for (const { name, role, token } of invites) {
    console.log(
      `    ${name.padEnd(nameWidth)}  ${role.padEnd(roleWidth)}  ${base}/#/join/${token}`,
    );
  }
}

// Whoever runs the meeting looks for their own link first.
const roles = ["facilitator", "deputy", "member", "observer"];
const byRole = (one, other) => roles.indexOf(one.role) - roles.indexOf(other.role);

function printInvites() {
  const { set, invites } = JSON.parse(readFileSync(0, "utf8"));
  const rows = invites
    .filter((invite) => invite.link) // a revoked one opens no door
    .map((invite) => ({ ...invite, token: invite.link.split("#/join/")[1] }))
    .sort(byRole);
  const nameWidth = Math.max(...rows.map((row) => row.name.length));
  const roleWidth = Math.max(...rows.map((row) => row.role.length));
  console.log(`\n${sets.find((each) => each.set === set)?.name ?? set}`);
  printList("On this machine:", here, rows, nameWidth, roleWidth);
  if (url !== here) {
    printList("On a phone in the same network:", url, rows, nameWidth, roleWidth);
  }
}

if (verb === "--any") {
  process.exitCode = sets.length > 0 ? 0 : 1;
} else if (verb === "--ids") {
  for (const { set } of sets) console.log(set);
} else {
  printInvites();
}
