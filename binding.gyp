# `node-gyp rebuild` does what `npm install` does; gyp itself compiles nothing.
{
  'targets': [
    {
      'target_name': 'deep_inside',
      'type': 'none',
      'actions': [
        {
          'action_name': 'build_with_cmake',
          'inputs': [],
          'outputs': ['<(PRODUCT_DIR)/.always'],
          'action': ['node', '<(module_root_dir)/scripts/build.js'],
        },
      ],
    },
  ],
}
