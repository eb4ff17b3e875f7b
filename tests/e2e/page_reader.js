// Run in a page beside run folders (support_page.lua): chooses contenders and zooms in report.html as a reader does.
(function () {
  function shown(element) { return element.checkVisibility() && element.getClientRects().length > 0; }

  function style(element) { return element.ownerDocument.defaultView.getComputedStyle(element); }

  // Paints of the marks of one drawing that can be seen.
  function paints(svg) {
    var found = {};
    all(svg, "path, polygon, use").forEach(function (mark) {
      var look = style(mark);
      [look.fill, look.stroke, look.color].forEach(function (paint) { found[paint] = true; });
    });
    return Object.keys(found).sort();
  }

  // What a page shows of the contender with this class, and of all.
  function seen(page, name) {
    var view = function (selector) { return all(page, selector).filter(shown).length; };
    return {
      rows: view("tr." + name), all_rows: view("tr"), hover: view(".hover ." + name), all_hover: view(".hover > *"),
      veils: all(page, ".veil." + name).map(function (one) { return Number(style(one).opacity); }),
      all_veils: all(page, ".veil").filter(function (one) { return style(one).opacity > 0; }).length,
      crossed: all(page, ".tiles span." + name).every(function (one) {
        return style(one).textDecorationLine === "line-through";
      }),
      paints: all(page, "svg.chart").map(paints)
    };
  }

  function unfold(page) { all(page, "details").forEach(function (one) { one.open = true; }); }

  function choose(page) {
    unfold(page);
    var boxes = all(page, ".choose input"), box = boxes[2], name = box.id.replace("show-", "");
    var found = { count: boxes.length, before: seen(page, name), visible: boxes.every(shown),
      labels: boxes.map(function (one) { return one.labels[0].textContent; }) };
    box.focus();
    found.focused = page.activeElement === box;
    box.click();
    found.after = seen(page, name);
    found.copied = copied(page);
    found.note = style(page.querySelector(".choose summary"), "::after") && page.defaultView.getComputedStyle(
      page.querySelector(".choose summary"), "::after").content;
    page.querySelector(".choose [type=reset]").click();
    found.reset = seen(page, name);
    return found;
  }

  // The lines of the table that a button copies.
  function copied(page) {
    var text = "", button = all(page, ".copy button")[1];
    page.execCommand = function () { text = page.activeElement.value; return true; };
    if (button) { button.click(); }
    return text.split("\n");
  }

  // --- zooming -----------------------------------------------------------------------------------------------

  function numbers(text) { return text.split(" ").map(Number); }

  // The axis of a drawing as it is labelled: time in seconds of each label, by where it stands; and the edges.
  function axis_of(svg) {
    var zoom = numbers(svg.dataset.zoom), plot = numbers(svg.dataset.plot);
    var ticks = all(svg, ".tick").filter(function (one) { return one.style.display !== "none"; });
    return { first: zoom[0], last: zoom[1], left: plot[0], right: plot[1], view: numbers(
      svg.querySelector(".zoom").getAttribute("viewBox")),
      ticks: ticks.map(function (one) {
        var at = /\(([\d.]+),/.exec(one.querySelector("g").getAttribute("transform"));
        return { time: Number(one.querySelector("text").textContent) * zoom[2], x: Number(at[1]),
          line: Number(/M([\d.]+),/.exec(one.querySelector("path").getAttribute("d"))[1]) };
      }),
      grid: all(svg, ".grid").filter(function (one) { return one.style.display !== "none"; }).length };
  }

  // Where the first mark of a drawing is, in pixels of the screen.
  function mark_of(svg) {
    var box = svg.querySelector(".zoom polygon").getBoundingClientRect();
    var matrix = svg.getScreenCTM();
    return { from: (box.left - matrix.e) / matrix.a, to: (box.right - matrix.e) / matrix.a };
  }

  function look(charts) {
    return charts.map(function (svg) { return { axis: axis_of(svg), mark: mark_of(svg), id: svg.parentNode.id }; });
  }

  function drag(svg, from, to) {
    var view = svg.ownerDocument.defaultView, matrix = svg.getScreenCTM(), plot = numbers(svg.dataset.plot);
    function send(type, x) {
      var at = new DOMPoint(x, (plot[2] + plot[3]) / 2).matrixTransform(matrix);
      svg.dispatchEvent(new view.PointerEvent(type, { clientX: at.x, clientY: at.y, button: 0, pointerId: 1,
        bubbles: true, cancelable: true }));
    }
    send("pointerdown", from);
    send("pointermove", (from + to) / 2);
    send("pointermove", to);
    var marked = svg.querySelector(".drag").getAttribute("width");
    send("pointerup", to);
    return { marked: Number(marked), left: all(svg, ".drag").length };
  }

  function zoom(page) {
    unfold(page);
    var charts = all(page, "svg[data-zoom]"), tools = all(page, ".tools"), found = { whole: look(charts) };
    function press(key) {
      charts[0].parentNode.querySelector("a").dispatchEvent(new page.defaultView.KeyboardEvent("keydown",
        { key: key, bubbles: true, cancelable: true }));
    }
    function said() { return tools[0].querySelector("[role=status]").textContent; }
    function disabled() { return all(tools[0], "button:disabled").length; }
    found.tools = tools.length;
    found.buttons = all(tools[0], "button").map(function (one) { return one.textContent; });
    found.disabled = disabled();
    var at = found.whole[0].axis, width = at.right - at.left;
    found.drag = drag(charts[0], at.left + width * 0.5, at.left + width * 0.25);
    found.dragged = look(charts);
    found.said = said();
    found.enabled = disabled();
    press("ArrowRight");
    found.later = look(charts);
    press("Escape");
    found.escaped = look(charts);
    found.said_whole = said();
    for (var n = 0; n < 20; n++) { press("+"); }
    found.closest = look(charts);
    all(tools[0], "button")[4].click();
    found.again = look(charts);
    return found;
  }

  var found = {};
  frame("quiet/report.html", 1280, 900, true).then(function (page) {
    found.choice = choose(page);
    found.zoom = zoom(page);
    return frame("quiet/report.html", 390, 844, false);
  }).then(function (page) {
    found.without = choose(page);
    found.dead = { tools: all(page, ".tools, .copy").length, buttons: all(page, "button:not([type=reset])").length };
    found.whole = look(all(page, "svg[data-zoom]"));
  }).then(function () { say(found); }, say);
})();
