/**
 * The dashboard as QuickSight's API takes it ("DashboardVersionDefinition"): the charts of each view, and those that have none as
 * tables.
 */
import type { BiChart, BiView } from '../../pipeline/bi-views';

type Block = Readonly<Record<string, unknown>>;

/** @param dataSetArns by the name of the view */
export function buildDashboard(views: readonly BiView[], dataSetArns: ReadonlyMap<string, string>): Block {
  return {
    DataSetIdentifierDeclarations: views.map(({ name }) => ({
      Identifier: name,
      DataSetArn: dataSetArns.get(name),
    })),
    Sheets: [
      {
        SheetId: 'data',
        Name: 'Data',
        Visuals: views.flatMap((view): Block[] =>
          view.charts.length === 0
            ? [{ TableVisual: tableOf(view) }]
            : view.charts.map((chart) => ({ LineChartVisual: lineChartOf(view, chart) })),
        ),
      },
    ],
  };
}

const titleOf = (text: string): Block => ({ FormatText: { PlainText: text } });

function lineChartOf({ name }: BiView, { id, title, time, line, value, step, combine }: BiChart): Block {
  const field = (column: string): Block => fieldOf(id, name, column);
  return {
    VisualId: id,
    Title: titleOf(title),
    ChartConfiguration: {
      Type: 'LINE',
      FieldWells: {
        LineChartAggregatedFieldWells: {
          Category: [{ DateDimensionField: { ...field(time), DateGranularity: step } }],
          Colors: [{ CategoricalDimensionField: field(line) }],
          Values: [
            {
              NumericalMeasureField: {
                ...field(value),
                AggregationFunction: { SimpleNumericalAggregation: combine },
              },
            },
          ],
        },
      },
    },
  };
}

function tableOf({ name, title, columns }: BiView): Block {
  const id = name.replaceAll('_', '-');
  return {
    VisualId: id,
    Title: titleOf(title),
    ChartConfiguration: {
      FieldWells: {
        TableUnaggregatedFieldWells: {
          Values: Object.keys(columns).map((column) => fieldOf(id, name, column)),
        },
      },
    },
  };
}

/** The id is unique in the dashboard. */
const fieldOf = (visual: string, view: string, column: string): Block => ({
  FieldId: `${visual}.${column}`,
  Column: { DataSetIdentifier: view, ColumnName: column },
});
