// SPDX-License-Identifier: Apache-2.0
// ast.cc: the words and signs of operations.
#include <lokilib/logql.h>

namespace lokilib::logql {

const char* to_string(RangeOp op) {
  switch (op) {
    case RangeOp::Rate:
      return "rate";
    case RangeOp::RateCounter:
      return "rate_counter";
    case RangeOp::CountOverTime:
      return "count_over_time";
    case RangeOp::BytesRate:
      return "bytes_rate";
    case RangeOp::BytesOverTime:
      return "bytes_over_time";
    case RangeOp::AvgOverTime:
      return "avg_over_time";
    case RangeOp::SumOverTime:
      return "sum_over_time";
    case RangeOp::MinOverTime:
      return "min_over_time";
    case RangeOp::MaxOverTime:
      return "max_over_time";
    case RangeOp::StdvarOverTime:
      return "stdvar_over_time";
    case RangeOp::StddevOverTime:
      return "stddev_over_time";
    case RangeOp::QuantileOverTime:
      return "quantile_over_time";
    case RangeOp::FirstOverTime:
      return "first_over_time";
    case RangeOp::LastOverTime:
      return "last_over_time";
    case RangeOp::AbsentOverTime:
      return "absent_over_time";
  }
  return "";
}

const char* to_string(VectorOp op) {
  switch (op) {
    case VectorOp::Sum:
      return "sum";
    case VectorOp::Avg:
      return "avg";
    case VectorOp::Min:
      return "min";
    case VectorOp::Max:
      return "max";
    case VectorOp::Count:
      return "count";
    case VectorOp::Stddev:
      return "stddev";
    case VectorOp::Stdvar:
      return "stdvar";
    case VectorOp::Topk:
      return "topk";
    case VectorOp::Bottomk:
      return "bottomk";
    case VectorOp::Sort:
      return "sort";
    case VectorOp::SortDesc:
      return "sort_desc";
    case VectorOp::ApproxTopk:
      return "approx_topk";
  }
  return "";
}

const char* to_string(BinaryOp op) {
  switch (op) {
    case BinaryOp::Or:
      return "or";
    case BinaryOp::And:
      return "and";
    case BinaryOp::Unless:
      return "unless";
    case BinaryOp::Equal:
      return "==";
    case BinaryOp::NotEqual:
      return "!=";
    case BinaryOp::Greater:
      return ">";
    case BinaryOp::GreaterEqual:
      return ">=";
    case BinaryOp::Less:
      return "<";
    case BinaryOp::LessEqual:
      return "<=";
    case BinaryOp::Add:
      return "+";
    case BinaryOp::Subtract:
      return "-";
    case BinaryOp::Multiply:
      return "*";
    case BinaryOp::Divide:
      return "/";
    case BinaryOp::Modulo:
      return "%";
    case BinaryOp::Power:
      return "^";
  }
  return "";
}

const char* to_string(Comparison op) {
  switch (op) {
    case Comparison::Equal:
      return "==";
    case Comparison::NotEqual:
      return "!=";
    case Comparison::Greater:
      return ">";
    case Comparison::GreaterEqual:
      return ">=";
    case Comparison::Less:
      return "<";
    case Comparison::LessEqual:
      return "<=";
  }
  return "";
}

}  // namespace lokilib::logql
