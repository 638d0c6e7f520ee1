// Searches all papers from monthly scripts beside this page. No server, no other host.
"use strict";
(() => {
  const main = document.querySelector("main");
  const box = document.getElementById("q");
  const said = document.getElementById("said");
  const list = document.getElementById("found");
  const more = document.getElementById("more");
  const waiting = main.dataset.months.split(" ").filter(Boolean);
  const ignored = new Set(main.dataset.ignored.split(" "));
  const total = waiting.length;
  const months = [];
  const page = 50;
  let shown = page;

  const asked = () => new URLSearchParams(location.hash.slice(1)).get("q") ?? "";
  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]+/g, "").toLowerCase();
  const digit = (text, at) => {
    const code = text.charCodeAt(at);
    return code - 35 - (code > 92 ? 1 : 0);
  };

  // Terms are written as what they share with the one before, and the rest.
  const unfold = (written) => {
    let before = "";
    return written.split(" ").map((term) => {
      before = before.slice(0, digit(term, 0)) + term.slice(1);
      return before;
    });
  };

  // Papers of a term are written as the gaps between them.
  const holders = (written) => {
    const found = [];
    let next = 0;
    for (let at = 0; at < written.length; at += 1) {
      if (written[at] === "~") next += 80;
      else {
        next += digit(written, at);
        found.push(next);
        next += 1;
      }
    }
    return found;
  };

  window.papersDigest = (month) => {
    months.push({
      ...month,
      heads: month.titles.map((title) => ` ${fold(title)}`),
      names: month.by.map((by) => ` ${fold(by)}`),
      words: unfold(month.terms),
      held: month.papers.split(" "),
    });
    search();
    load();
  };

  const load = () => {
    const month = waiting.shift();
    if (!month) return;
    const script = document.createElement("script");
    script.src = `search/${month}.js`;
    script.onerror = load;
    document.head.append(script);
  };

  // How well each paper of a month answers one word: in the title, a name, the abstract.
  const scores = (month, word) => {
    const found = new Map();
    month.words.forEach((term, place) => {
      if (term.startsWith(word)) {
        for (const paper of holders(month.held[place])) found.set(paper, term === word ? 2 : 1);
      }
    });
    month.heads.forEach((head, paper) => {
      const at = head.indexOf(word);
      if (at > 0) found.set(paper, /[\p{L}\p{N}]/u.test(head[at - 1]) ? 3 : 6);
      else if (month.names[paper].includes(word)) found.set(paper, 4);
    });
    return found;
  };

  const answers = (month, words) => {
    const each = words.map((word) => scores(month, word)).sort((a, b) => a.size - b.size);
    const found = [];
    for (const [paper, first] of each[0]) {
      const rest = each.slice(1).map((score) => score.get(paper) ?? 0);
      if (!rest.includes(0)) {
        const score = rest.reduce((sum, one) => sum + one, first);
        found.push({ month, paper, score, date: month.issues[month.issue[paper]] });
      }
    }
    return found;
  };

  const line = ({ month, paper }) => {
    const issue = month.issues[month.issue[paper]];
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `${issue}#p-${month.anchors.slice(paper * 12, paper * 12 + 12)}`;
    link.textContent = month.titles[paper];
    const facts = document.createElement("p");
    const day = issue.match(/\d{4}-\d\d-\d\d/)[0];
    const parts = [month.by[paper], month.topics[month.topic[paper]], day];
    facts.textContent = parts.filter(Boolean).join(" · ");
    item.append(link, facts);
    return item;
  };

  const search = () => {
    const typed = fold(box.value).match(/[\p{L}\p{N}]+/gu) ?? [];
    const words = typed.filter((word) => !ignored.has(word));
    const found = words.length ? months.flatMap((month) => answers(month, words)) : [];
    found.sort((a, b) => b.score - a.score || (a.date < b.date ? 1 : -1));
    list.replaceChildren(...found.slice(0, shown).map(line));
    more.hidden = found.length <= shown;
    const left = total - months.length;
    const papers = `${found.length} ${found.length === 1 ? "paper" : "papers"}`;
    const wait = left ? `, ${left} ${left === 1 ? "month" : "months"} still to load` : "";
    said.textContent = words.length ? papers + wait : "";
  };

  const begin = () => {
    shown = page;
    search();
  };

  box.addEventListener("input", () => {
    begin();
    history.replaceState(null, "", box.value ? `#q=${encodeURIComponent(box.value)}` : "#");
  });
  more.addEventListener("click", () => {
    shown += page;
    search();
  });
  window.addEventListener("hashchange", () => {
    box.value = asked();
    begin();
  });
  document.getElementById("search").hidden = false;
  box.value = asked();
  box.focus();
  load();
})();
