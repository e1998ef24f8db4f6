/** The page's style; its colours keep a contrast of at least 4.5 to 1 in both schemes (WCAG 2.2, 1.4.3). */
export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d0d7de, #3d444d); --soft: light-dark(#f6f8fa, #161b22); }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem; }
nav { position: sticky; top: 0; background: Canvas; border-bottom: 1px solid var(--line); padding: .5rem 0; }
nav a { margin-right: 1rem; }
section { scroll-margin-top: 3rem; }
details { border: 1px solid var(--line); border-radius: .375rem; margin: .5rem 0; padding: .5rem .75rem; scroll-margin-top: 3rem; }
summary { cursor: pointer; }
.method { display: inline-block; font-weight: 700; min-width: 4.5rem; }
.get { color: light-dark(#0550ae, #79c0ff); } .post { color: light-dark(#116329, #7ee787); }
.patch { color: light-dark(#7d4e00, #e3b341); } .delete { color: light-dark(#a40e26, #ff7b72); }
table { border-collapse: collapse; margin: .5rem 0; width: 100%; }
caption { font-weight: 700; text-align: left; }
th, td { border-top: 1px solid var(--line); padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; }
code, pre { font: .875rem/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { background: var(--soft); border-radius: .375rem; overflow: auto; padding: .75rem; }
`;
