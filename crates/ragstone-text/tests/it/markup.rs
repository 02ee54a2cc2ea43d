//! Structure of markup languages: a small file of each, with the headings under which its passages stand.

use crate::passages::check;

#[test]
fn passages_of_asciidoc() {
    check(
        "asciidoc.adoc",
        include_str!("../fixtures/markup/asciidoc.adoc"),
        200,
        "
1-5 [Guide to the Garden] = Guide to the Garden … A preamble that says what the guide is about, in one sentence.
7 [Guide to the Garden > Planting] == Planting
9 [Guide to the Garden > Planting] Trees are planted in autumn, when the ground is still warm enough.
11-16 [Guide to the Garden > Planting] .How a tree is planted … ----
18-19 [Guide to the Garden > Planting] * Dig a hole that is wide enough for the roots. … ** Loosen the ground below it.
20 [Guide to the Garden > Planting] * Water the tree, and water it again in spring.
22-32 [Guide to the Garden > Planting > Spacing] === Spacing … NOTE: Walnut trees need more room than all the others do.
34-42 [Guide to the Garden > Watering] Watering … Evaporation:: what the sun takes away from the ground.
",
    );
}

#[test]
fn passages_of_rst() {
    check(
        "rst.rst",
        include_str!("../fixtures/markup/rst.rst"),
        200,
        r#"
1-7 [Guide to the Garden] ===================== … A paragraph that says what the guide is about, in one sentence.
9-17 [Guide to the Garden > Planting] Planting … dig --deep
19-20 [Guide to the Garden > Planting > Spacing] Spacing … -------
22-28 [Guide to the Garden > Planting > Spacing] .. code-block:: python … return 4 if tree == "apple" else 6
30-32 [Guide to the Garden > Planting > Spacing] .. note:: … Walnut trees need more room than all the others do.
34-38 [Guide to the Garden > Planting > Spacing] +--------+--------+ … +--------+--------+
40-47 [Guide to the Garden > Planting > Spacing] ======  ======= … - Water the tree, and water it again in spring.
49-52 [Guide to the Garden > Watering] Watering … The sun takes water away from the ground, more so in summer.
"#,
    );
}

#[test]
fn passages_of_latex() {
    check(
        "latex.tex",
        include_str!("../fixtures/markup/latex.tex"),
        200,
        r"
1-9 [] % A comment before everything. … \maketitle
11-13 [Abstract] \begin{abstract} … \end{abstract}
15 [Planting of trees] \section[Short]{Planting of {\bf trees}}\label{sec:planting}
16-17 [Planting of trees] % \section{Not this} … Trees are planted in autumn, when the ground is still warm.
19-23 [Planting of trees] \begin{verbatim} … \end{verbatim}
25 [Planting of trees > Spacing] \subsection*{Spacing}
26-32 [Planting of trees > Spacing] \begin{table}[h] … \end{table}
34-37 [Planting of trees > Spacing] \begin{itemize} … \end{itemize}
39-41 [Watering] \section{Watering} … \end{document}
",
    );
}

#[test]
fn passages_of_org() {
    check(
        "org.org",
        include_str!("../fixtures/markup/org.org"),
        200,
        "
1-4 [] #+TITLE: Guide to the Garden … A paragraph that says what the guide is about, in one sentence.
6-9 [Planting] * Planting … :END:
11 [Planting] Trees are planted in autumn, when the ground is still warm enough.
13-18 [Planting] #+CAPTION: How a tree is planted … #+end_src
20 [Planting > Spacing of trees] ** NEXT [#A] Spacing of trees :garden:trees:
22-25 [Planting > Spacing of trees] | Tree   | Metres | … | Cherry |      6 |
27-28 [Planting > Spacing of trees] - Dig a hole that is wide enough for the roots. … - Loosen the ground below it.
29 [Planting > Spacing of trees] - Water the tree, and water it again in spring.
31-33 [Watering] * Watering … The sun takes water away from the ground, more so in summer.
",
    );
}
