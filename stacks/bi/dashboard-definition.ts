/**
 * The dashboard as QuickSight takes it: the charts of each view, and those that have none as tables. The provider's bindings do not
 * know the shape of a definition: the names are those of its blocks, which follow the QuickSight API ("DashboardVersionDefinition").
 */
import type { BiChart, BiView } from '../../pipeline/bi-views';

type Block = Readonly<Record<string, unknown>>;

/** @param dataSetArns by the name of the view */
export function buildDashboard(views: readonly BiView[], dataSetArns: ReadonlyMap<string, string>): Block {
  return {
    data_set_identifiers_declarations: views.map(({ name }) => ({
      identifier: name,
      data_set_arn: dataSetArns.get(name),
    })),
    sheets: [
      {
        sheet_id: 'data',
        name: 'Data',
        visuals: views.flatMap((view): Block[] =>
          view.charts.length === 0
            ? [{ table_visual: tableOf(view) }]
            : view.charts.map((chart) => ({ line_chart_visual: lineChartOf(view, chart) })),
        ),
      },
    ],
  };
}

const titleOf = (text: string): Block => ({ format_text: { plain_text: text } });

function lineChartOf({ name }: BiView, { id, title, time, line, value, step, combine }: BiChart): Block {
  const field = (column: string): Block => fieldOf(id, name, column);
  return {
    visual_id: id,
    title: titleOf(title),
    chart_configuration: {
      type: 'LINE',
      field_wells: {
        line_chart_aggregated_field_wells: {
          category: [{ date_dimension_field: { ...field(time), date_granularity: step } }],
          colors: [{ categorical_dimension_field: field(line) }],
          values: [
            {
              numerical_measure_field: {
                ...field(value),
                aggregation_function: { simple_numerical_aggregation: combine },
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
    visual_id: id,
    title: titleOf(title),
    chart_configuration: {
      field_wells: {
        table_unaggregated_field_wells: {
          values: Object.keys(columns).map((column) => fieldOf(id, name, column)),
        },
      },
    },
  };
}

/** The id is unique in the dashboard. */
const fieldOf = (visual: string, view: string, column: string): Block => ({
  field_id: `${visual}.${column}`,
  column: { data_set_identifier: view, column_name: column },
});
