"use strict";
(() => {
  const bar = document.getElementById("filter");
  const list = document.getElementById("calls");
  const byId = (id) => document.getElementById(id);
  if (bar && list) {
    const calls = Array.from(list.children, (node, order) => ({
      node, order, data: node.dataset, words: null, cards: Array.from(node.querySelectorAll(".card")),
    }));
    const total = calls.reduce((sum, call) => sum + call.cards.length, 0);
    const text = byId("f-text"), verdict = byId("f-verdict"), group = byId("f-group"), sort = byId("f-sort");
    // The words of a call and of its findings are read once, when they are first asked for.
    const read = (call) => {
      if (call.words === null) {
        call.words = Array.from(call.node.querySelectorAll("h3, h3 + .who"), (n) => n.textContent).join(" ").toLowerCase();
        call.said = call.cards.map((card) => card.textContent.toLowerCase());
      }
    };
    const show = () => {
      const wanted = text.value.trim().toLowerCase();
      let shown = 0;
      for (const call of calls) {
        if (wanted) read(call);
        const whole = !wanted || call.words.includes(wanted);
        let some = 0;
        call.cards.forEach((card, at) => {
          const fits = (!verdict.value || card.dataset.verdict === verdict.value)
            && (!group.value || card.dataset.group === group.value)
            && (whole || call.said[at].includes(wanted));
          card.hidden = !fits;
          some += fits ? 1 : 0;
        });
        call.node.hidden = some === 0;
        shown += some;
      }
      byId("f-count").textContent = shown + " / " + total;
    };
    const compare = {
      grave: () => 0,
      score: (a, b) => b.data.score - a.data.score,
      start: (a, b) => (a.data.start < b.data.start ? -1 : a.data.start > b.data.start ? 1 : 0),
      borrower: (a, b) => a.data.borrower.localeCompare(b.data.borrower),
      collector: (a, b) => a.data.collector.localeCompare(b.data.collector),
    };
    const order = () => {
      calls.sort((a, b) => compare[sort.value](a, b) || a.order - b.order);
      list.append(...calls.map((call) => call.node));
    };
    let waiting = 0;
    text.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(show, 120);
    });
    verdict.addEventListener("change", show);
    group.addEventListener("change", show);
    sort.addEventListener("change", order);
    bar.hidden = false;
    show();
  }
  for (const table of document.querySelectorAll("table.sort")) {
    const body = table.tBodies[0];
    Array.from(table.tHead.rows[0].cells, (head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const falls = head.getAttribute("aria-sort") === "ascending";
        const key = (row) => row.cells[at].dataset.n || row.cells[at].textContent;
        const rows = Array.from(body.rows);
        const numbers = rows.every((row) => key(row).trim() !== "" && !Number.isNaN(Number(key(row))));
        rows.sort((a, b) => (numbers ? key(a) - key(b) : key(a).localeCompare(key(b))) * (falls ? -1 : 1));
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", falls ? "descending" : "ascending");
        body.append(...rows);
      });
    });
  }
})();
