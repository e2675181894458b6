/* How this works, on half a page. */

const words = {
  items: [
    [
      "One thing at a time",
      "The box “What to do now” always says what you can do. No button? Then just listen.",
    ],
    ["Your turn", "You are told one turn ahead. When time is up you may finish your sentence."],
    [
      "Raising your hand",
      "You can write your question first. Others see it when you have the floor.",
    ],
    ["Who sees what", "Under every box there is a line that says who will see what you write."],
    [
      "If the connection breaks",
      "Your place is kept, and what you type stays on this device. The page comes back by itself.",
    ],
    ["If you are stuck", "Press “I'm stuck”. Only the facilitator will know."],
  ],
  keys: "For the facilitator: press ? to see the keys that save time.",
};

export function Help() {
  return (
    <div class="help">
      <dl>
        {words.items.map(([head, text]) => (
          <>
            <dt>{head}</dt>
            <dd>{text}</dd>
          </>
        ))}
      </dl>
      <p class="quiet">{words.keys}</p>
    </div>
  );
}
