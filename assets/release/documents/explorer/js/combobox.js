// A search field with a list, by the combobox pattern of the ARIA Authoring Practices.

/** Returns the field. `choose` gets the area; `find` returns areas for a text, `near` similar ones. */
function combobox({ id, label, placeholder, find, near, choose }) {
  const list = el("ul", { role: "listbox", id: `${id}-list`, "aria-label": label, hidden: true });
  const input = el("input", {
    id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", maxlength: 100,
    placeholder, "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-list`,
  });
  const hint = el("p", { class: "hint", id: `${id}-hint` });
  let found = [];
  let active = -1;

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function move(to) {
    if (found.length === 0) return;
    list.children[active]?.setAttribute("aria-selected", "false");
    active = (to + found.length) % found.length;
    const option = list.children[active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }
  function take(position) {
    const area = found[position];
    if (!area) return;
    input.value = "";
    hint.replaceChildren();
    close();
    choose(area);
  }
  function option(area, i) {
    const also = area.until ? ` · until ${area.until}` : "";
    return el("li", {
      role: "option", id: `${id}-option-${i}`, "aria-selected": "false",
      onmousedown: (event) => event.preventDefault(),
      onclick: () => take(i),
    }, el("bdi", {}, area.name), el("small", {}, `${capital(areaType(area))} · ${area.code}${also}${area.rated ? "" : " · no figures"}`));
  }
  function look() {
    const text = input.value.trim();
    found = find(text);
    list.replaceChildren(...found.map(option));
    list.hidden = found.length === 0;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", String(found.length > 0));
    hint.replaceChildren();
    if (text === "") return;
    if (found.length > 0) {
      announce(`${found.length === 1 ? "1 area" : `${found.length} areas`} found, first ${found[0].name}`);
      return;
    }
    const similar = near(text);
    hint.append(el("span", {}, `No area is called “${text}”.`));
    if (similar.length > 0) {
      hint.append(" Did you mean ", ...similar.flatMap((area, i) => [i > 0 ? ", " : "",
        el("button", { type: "button", class: "link", onclick: () => { input.value = ""; hint.replaceChildren(); choose(area); } },
          el("bdi", {}, area.name))]), "?");
    }
    announce(hint.textContent);
  }
  input.addEventListener("input", look);
  input.addEventListener("blur", close);
  input.addEventListener("focus", () => { if (input.value.trim()) look(); });
  input.addEventListener("keydown", (event) => {
    const keys = {
      ArrowDown: () => (list.hidden ? look() : null, move(active + 1)),
      ArrowUp: () => move(active < 0 ? found.length - 1 : active - 1),
      Enter: () => take(list.hidden ? -1 : Math.max(active, 0)),
      Escape: () => { if (list.hidden) { input.value = ""; hint.replaceChildren(); } close(); },
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  return el("div", { class: "combobox" }, el("label", { for: id }, label),
    el("div", { class: "field" }, input, list), hint);
}
