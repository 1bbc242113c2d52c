/** What must hold for a dashboard, its queries aside. Each rule gives complaints, and none when all is well. */
import { queriesOf, variablesIn } from './queries.ts';
import { isMap, listAt, mapAt, mapsIn, type Tree, type TreeMap, textsIn } from './stack-files.ts';

export function datasourceComplaints(dashboard: TreeMap, provisioned: readonly string[]): string[] {
  return mapsIn(dashboard)
    .flatMap((map) => ('datasource' in map ? [String(mapAt(map, 'datasource')['uid'])] : []))
    .filter((uid) => !provisioned.includes(uid))
    .map((uid) => `no data source has the uid ${uid}`);
}

export function variableComplaints(dashboard: TreeMap): string[] {
  const defined = listAt(mapAt(dashboard, 'templating'), 'list')
    .filter(isMap)
    .map((variable) => String(variable['name']));
  const used = [...queriesOf(dashboard).map(({ expression }) => expression), ...linksOf(dashboard)].flatMap(
    variablesIn,
  );
  return [
    ...used.filter((name) => !defined.includes(name)).map((name) => `$${name} is not defined`),
    ...defined.filter((name) => !used.includes(name)).map((name) => `$${name} is not used`),
  ];
}

/** The addresses of its links, and of those in its panels. */
export function linksOf(dashboard: TreeMap): string[] {
  return mapsIn(dashboard).flatMap(({ url }) => (typeof url === 'string' ? [url] : []));
}

/** Where a link leads, as far as it can be told from the file: a dashboard by its uid, Explore with a query. */
export function linkComplaints(
  dashboard: TreeMap,
  dashboards: readonly TreeMap[],
  sources: readonly string[],
): string[] {
  return linksOf(dashboard).flatMap((url) => {
    const { pathname, searchParams } = new URL(url, 'http://grafana');
    if (pathname === '/explore') {
      const panes: Tree = JSON.parse(searchParams.get('panes') ?? '');
      const named = mapsIn(panes).flatMap((map) => ('datasource' in map ? textsIn(map['datasource']) : []));
      const unknown = named.filter((text) => !sources.includes(text));
      return [
        ...(named.length > 0 ? [] : [`${url} names no data source`]),
        ...unknown.map((uid) => `no data source has the uid ${uid}`),
      ];
    }
    const target = dashboards.find(({ uid }) => pathname === `/d/${uid}`);
    if (target === undefined) return [`${url} leads nowhere`];
    const variables = listAt(mapAt(target, 'templating'), 'list')
      .filter(isMap)
      .map(({ name }) => `var-${name}`);
    return [...searchParams.keys()]
      .filter((key) => key.startsWith('var-') && !variables.includes(key))
      .map((key) => `${pathname} has no variable for ${key}`);
  });
}

/** What a Loki instant query gives is one table: reduced to a single value, a bar would be all there is. */
export function barComplaints(dashboard: TreeMap): string[] {
  return listAt(dashboard, 'panels')
    .filter(isMap)
    .filter(({ type }) => type === 'bargauge')
    .filter((panel) => mapAt(panel, 'options', 'reduceOptions')['values'] !== true)
    .map(({ title }) => `${title} shows one bar only`);
}

/** Panels that lie over one another, or share an id, are shown in an order that nobody chose. */
export function layoutComplaints(dashboard: TreeMap): string[] {
  const boxes = listAt(dashboard, 'panels')
    .filter(isMap)
    .map((panel) => {
      const { x, y, w, h } = mapAt(panel, 'gridPos');
      return { title: String(panel['title']), id: panel['id'], x: Number(x), y: Number(y), w: Number(w), h: Number(h) };
    });
  return boxes.flatMap((one, index) =>
    boxes.slice(index + 1).flatMap((other) => {
      const isApart =
        one.x + one.w <= other.x ||
        other.x + other.w <= one.x ||
        one.y + one.h <= other.y ||
        other.y + other.h <= one.y;
      return [
        ...(isApart ? [] : [`${one.title} lies over ${other.title}`]),
        ...(one.id === other.id ? [`${one.title} and ${other.title} have one id`] : []),
      ];
    }),
  );
}
